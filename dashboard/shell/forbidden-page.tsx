import { Title } from '@mantine/core'
import { ApiProblem } from '../api/api-problem.ts'
import { useText } from '../i18n/language-provider.tsx'
import { EmptyView } from './problem-view.tsx'

/** Whether what a page shows is not for whoever asks. */
export function isForbidden(error: unknown): boolean {
  return error instanceof ApiProblem && error.status === 403
}

/** Stands in the place of a page that is not for whoever opened it by link: whom it is for, and whom to ask. */
export function ForbiddenPage({ title, words, ask }: { readonly title: string; readonly words: string; readonly ask: 'engineer' | 'administrator' }) {
  const text = useText()
  return (
    <div className="cg-page">
      <div className="cg-page-head">
        <Title order={1}>{title}</Title>
      </div>
      <EmptyView title={words} advice={text.problem.ask[ask]} />
    </div>
  )
}
