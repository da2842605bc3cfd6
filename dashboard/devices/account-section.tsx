import { Title } from '@mantine/core'
import { Link } from 'react-router'
import { useAccount } from '../api/queries.ts'
import { useText } from '../i18n/language-provider.tsx'
import { ProblemView } from '../shell/problem-view.tsx'
import { AccountTable } from './account-table.tsx'

/** What became of every frame of a device. */
export function AccountSection({ id }: { readonly id: string }) {
  const text = useText()
  const account = useAccount(id)
  return (
    <section className="cg-section">
      <div className="cg-section-head">
        <Title order={3} className="cg-section-title" title={text.account.sum}>
          {text.account.title}
        </Title>
        <Link to={`/frames#${new URLSearchParams({ device: id }).toString()}`}>{text.account.frames}</Link>
      </div>
      {account.isError && !account.data && <ProblemView error={account.error} onRetry={() => void account.refetch()} />}
      {account.data && <AccountTable account={account.data} />}
    </section>
  )
}
