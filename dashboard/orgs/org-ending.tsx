import { Button } from '@mantine/core'
import { useState } from 'react'
import { calledIn, type Organisation } from '../api/org-names.ts'
import { useFormat } from '../format/format-provider.tsx'
import { useLanguage } from '../i18n/language-provider.tsx'
import { Question, Refusal } from '../shell/form-parts.tsx'
import { orgPath, useOrgChange } from './org-queries.ts'
import type { Holdings } from './org-types.ts'
import { useOrgsTexts } from './orgs-texts.ts'

/** Takes an organisation out of service and back, and removes one to which nothing belongs, after a question. */
export function OrgEnding({
  org,
  holdings,
  onRemoved,
}: {
  readonly org: Organisation
  readonly holdings: Holdings | undefined
  readonly onRemoved: () => void
}) {
  const { language } = useLanguage()
  const texts = useOrgsTexts()
  const format = useFormat()
  const [asking, setAsking] = useState(false)
  const retire = useOrgChange((api, retired: boolean) => api.patch(orgPath(org.id), { retired }))
  const remove = useOrgChange(api => api.delete(orgPath(org.id)))
  const still = useStill(holdings)
  if (asking)
    return (
      <section className="cg-org-ending">
        <Question
          words={texts.sure(calledIn(org, language))}
          yes={texts.sureYes}
          busy={remove.isPending}
          error={remove.error}
          onYes={() => remove.mutate(undefined, { onSuccess: onRemoved })}
          onNo={() => setAsking(false)}
        />
      </section>
    )
  return (
    <section className="cg-org-ending">
      <Refusal error={retire.error} />
      <div>
        <Button size="compact-sm" variant="default" loading={retire.isPending} onClick={() => retire.mutate(org.retiredAt === undefined)}>
          {org.retiredAt === undefined ? texts.retire : texts.restore}
        </Button>
        <span className="cg-advice" role="status">
          {org.retiredAt === undefined ? texts.retireHelp : texts.retiredSince(format.date(Date.parse(org.retiredAt)))}
        </span>
      </div>
      <div>
        <Button size="compact-sm" variant="default" {...(still === '' && { c: 'var(--cg-alert)' })} disabled={still !== ''} onClick={() => setAsking(true)}>
          {texts.remove}
        </Button>
        <span className="cg-advice">{still === undefined ? null : still === '' ? texts.removeHelp : texts.still(still)}</span>
      </div>
    </section>
  )
}

/** What still belongs to it, in words; empty for nothing, undefined while nobody knows. */
function useStill(holdings: Holdings | undefined): string | undefined {
  const texts = useOrgsTexts()
  const format = useFormat()
  if (holdings === undefined) return undefined
  const { devices, people, tokens, provisioningKeys } = holdings
  const counted = [
    [devices, texts.stillDevices],
    [tokens, texts.stillTokens],
    [provisioningKeys, texts.stillKeys],
    [people, texts.stillPeople],
  ] as const
  return counted.flatMap(([count, say]) => (count > 0 ? [say(format.count(count))] : [])).join(texts.between)
}
