import { Alert } from '@mantine/core'
import { useFormat } from '../format/format-provider.tsx'
import { useText } from '../i18n/language-provider.tsx'
import { problemText } from '../shell/problem-view.tsx'
import { useEnrolmentTexts } from './enrolment-texts.ts'
import type { Decided } from './enrolment-types.ts'

/** As many labels as one address names. */
const mostLabels = 64
/** Failures that are told one by one. */
const mostFailures = 10

/** What became of a decision; labels to print for those that were approved. */
export function DecidedNotice({ decided: { decision, done, failed }, onClose }: { readonly decided: Decided; readonly onClose: () => void }) {
  const text = useText()
  const texts = useEnrolmentTexts()
  const format = useFormat()
  const count = format.count(done.length)
  const labels = `/api/v1/labels?base=${encodeURIComponent(window.location.origin)}&ids=${done.slice(0, mostLabels).map(encodeURIComponent).join(',')}`
  return (
    <Alert color={failed.length > 0 ? 'red' : 'green'} mb="md" role="status" withCloseButton closeButtonLabel={text.app.close} onClose={onClose}>
      {done.length > 0 && (
        <p className="cg-words">
          {decision === 'approve' ? texts.approved(count) : texts.refusedNow(count)}{' '}
          {decision === 'approve' && (
            <a href={labels} target="_blank" rel="noreferrer">
              {texts.labels}
            </a>
          )}
        </p>
      )}
      {failed.slice(0, mostFailures).map(({ device, error }) => (
        <p key={device} className="cg-words">
          {texts.failed(device, problemText(error, text))}
        </p>
      ))}
    </Alert>
  )
}
