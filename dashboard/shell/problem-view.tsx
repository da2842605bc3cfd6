import { Button, Stack, Text } from '@mantine/core'
import { ApiProblem } from '../api/api-problem.ts'
import type { Catalogue } from '../i18n/catalogue.ts'
import { useText } from '../i18n/language-provider.tsx'
import { Icon } from '../theme/icon.tsx'

/** Why something could not be loaded, in a sentence. */
export function problemText(error: unknown, text: Catalogue): string {
  if (!(error instanceof ApiProblem)) return text.app.failed
  if (error.reason === 'refused') return text.problem.refused(error.message)
  return text.problem[error.reason]
}

/** Stands where a part of the page could not be loaded. */
export function ProblemView({ error, onRetry }: { readonly error: unknown; readonly onRetry?: () => void }) {
  const text = useText()
  const unreachable = error instanceof ApiProblem && error.reason === 'unreachable'
  return (
    <Stack align="center" gap="xs" p="lg" role="alert" className="cg-notice">
      <span className="cg-alert-colour">
        <Icon name="warning" size={24} />
      </span>
      <Text size="sm" ta="center">
        {problemText(error, text)}
      </Text>
      {unreachable && (
        <Text size="xs" c="var(--cg-dimmed)" ta="center">
          {text.problem.unreachableAdvice}
        </Text>
      )}
      {onRetry && (
        <Button size="compact-sm" variant="default" onClick={onRetry}>
          {text.app.retry}
        </Button>
      )}
    </Stack>
  )
}

/** Stands where there is nothing to show, and says why that may be so. */
export function EmptyView({ title, advice }: { readonly title: string; readonly advice?: string }) {
  return (
    <Stack align="center" gap={4} p="lg" className="cg-notice">
      <Text size="sm" fw={500} ta="center">
        {title}
      </Text>
      {advice && (
        <Text size="xs" c="var(--cg-dimmed)" ta="center">
          {advice}
        </Text>
      )}
    </Stack>
  )
}
