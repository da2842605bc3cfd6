import { Button, Modal, Paper, Title } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import { useText } from '../i18n/language-provider.tsx'
import { useWayIn } from '../session/use-way-in.ts'
import { WaysIn } from '../session/ways-in.tsx'
import { Icon } from '../theme/icon.tsx'

/** Asks to sign in when the gateway does, in the place of the page: its address stays, and with it what was wanted. A page that was shown stays too, and says that it no longer changes. */
export function AccessGate({ children }: { readonly children: ReactNode }) {
  const text = useText()
  const way = useWayIn()
  const [asking, setAsking] = useState(false)
  if (way === 'outside') {
    return (
      <div className="cg-page cg-gate">
        <Paper withBorder p="lg" w="100%" maw={400}>
          <Title order={1} mb="md">
            {text.access.title}
          </Title>
          <WaysIn />
        </Paper>
      </div>
    )
  }
  const signedOut = way === 'signedOut'
  if (!signedOut && asking) setAsking(false)
  return (
    <>
      {signedOut && (
        <div className="cg-signed-out" role="alert">
          <Icon name="warning" />
          <span>{text.access.signedOut}</span>
          <Button size="compact-sm" onClick={() => setAsking(true)}>
            {text.access.signInAgain}
          </Button>
        </div>
      )}
      <Modal
        opened={signedOut && asking}
        onClose={() => setAsking(false)}
        title={text.access.signInAgain}
        closeButtonProps={{ 'aria-label': text.app.close }}
        size="sm"
        centered
      >
        <WaysIn />
      </Modal>
      {children}
    </>
  )
}
