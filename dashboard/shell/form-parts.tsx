import { Alert, Button, Group, Modal } from '@mantine/core'
import type { ReactNode } from 'react'
import { useText } from '../i18n/language-provider.tsx'
import { problemText } from './problem-view.tsx'

/** Why what was wanted was not done, above a form or below its buttons; nothing while there is no error. */
export function Refusal({ error }: { readonly error: unknown }) {
  const text = useText()
  return error === null || error === undefined ? null : <Problem>{problemText(error, text)}</Problem>
}

/** Something that is wrong, said at once to whoever listens. */
export function Problem({ children }: { readonly children: ReactNode }) {
  return (
    <Alert color="red" role="alert" p="xs">
      {children}
    </Alert>
  )
}

/** The end of a form: it is sent, or left. */
export function FormEnd({ send, busy, onCancel }: { readonly send: string; readonly busy: boolean; readonly onCancel: () => void }) {
  const text = useText()
  return (
    <Group gap="xs">
      <Button type="submit" loading={busy}>
        {send}
      </Button>
      <Button variant="default" onClick={onCancel}>
        {text.app.cancel}
      </Button>
    </Group>
  )
}

/** A box above the page, with a way out that has a name. */
export function Dialog({
  opened,
  title,
  onClose,
  children,
}: {
  readonly opened: boolean
  readonly title: string
  readonly onClose: () => void
  readonly children: ReactNode
}) {
  const text = useText()
  return (
    <Modal opened={opened} onClose={onClose} title={title} closeButtonProps={{ 'aria-label': text.app.close }}>
      {children}
    </Modal>
  )
}

/** Asks once more before what can not be undone. */
export function Question(props: {
  readonly words: string
  readonly yes: string
  readonly busy: boolean
  readonly error?: unknown
  readonly onYes: () => void
  readonly onNo: () => void
}) {
  const { words, yes, busy, error, onYes, onNo } = props
  const text = useText()
  return (
    <>
      <Refusal error={error} />
      <p className="cg-words">{words}</p>
      <Group gap="xs">
        <Button color="red" loading={busy} onClick={onYes}>
          {yes}
        </Button>
        <Button variant="default" onClick={onNo}>
          {text.app.cancel}
        </Button>
      </Group>
    </>
  )
}
