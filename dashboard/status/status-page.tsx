import { Loader, Paper, Table, Title } from '@mantine/core'
import type { ReactNode } from 'react'
import { useHealth, useOverview, useTotalAccount } from '../api/queries.ts'
import type { Health, Overview } from '../api/types.ts'
import { AccountTable } from '../devices/account-table.tsx'
import { useFormat } from '../format/format-provider.tsx'
import { useLanguage, useText } from '../i18n/language-provider.tsx'
import { maintainsAll } from '../session/rights.ts'
import { useSession } from '../session/session-queries.ts'
import { EmptyView, ProblemView } from '../shell/problem-view.tsx'
import { useTitle } from '../shell/use-title.ts'
import { WideTable } from '../table/wide-table.tsx'
import { Icon } from '../theme/icon.tsx'
import { JournalFacts } from './journal-facts.tsx'
import { LimitsTable } from './limits-table.tsx'
import { checkWords, sinkWords, useStatusTexts } from './status-texts.ts'

/** How the gateway is: health, checks, journal, sinks, the account of all frames, and the city's devices by state. */
export function StatusPage() {
  const text = useText()
  const health = useHealth()
  const overview = useOverview()
  const account = useTotalAccount()
  const session = useSession().data
  const texts = useStatusTexts()
  useTitle(text.pages.status)
  return (
    <div className="cg-page">
      <div className="cg-page-head">
        <Title order={1}>{texts.page.title}</Title>
      </div>
      {health.isPending && <Loader size="sm" aria-label={text.app.loading} />}
      {health.isError && <ProblemView error={health.error} onRetry={() => void health.refetch()} />}
      {health.data && !health.isError && <Verdict health={health.data} />}
      <div className="cg-cards">
        {health.data?.checks && (
          <Card title={texts.page.checks}>
            <Checks checks={health.data.checks} />
          </Card>
        )}
        {health.data?.journal && (
          <Card title={texts.page.journal}>
            <JournalFacts journal={health.data.journal} />
          </Card>
        )}
        {health.data?.sinks && (
          <Card title={texts.page.sinks}>
            <Sinks sinks={health.data.sinks} />
          </Card>
        )}
        {account.data && (
          <Card title={texts.page.account}>
            <AccountTable account={account.data} />
          </Card>
        )}
        {maintainsAll(session) && (
          <Card title={texts.limits}>
            <LimitsTable />
          </Card>
        )}
        {overview.data && (
          <Card title={texts.page.city}>
            <City overview={overview.data} />
          </Card>
        )}
      </div>
    </div>
  )
}

function Verdict({ health }: { readonly health: Health }) {
  const texts = useStatusTexts()
  const format = useFormat()
  return (
    <div className="cg-verdict" data-status={health.status} role="status">
      <Icon name={health.status === 'ok' ? 'check' : 'warning'} size={22} />
      <strong>{texts.page[health.status]}</strong>
      <span className="cg-verdict-facts">
        {[
          health.version && `${texts.page.version} ${health.version}`,
          health.startedAt && `${texts.page.runningSince} ${format.dateTime(Date.parse(health.startedAt))}`,
          health.connections !== undefined && `${texts.page.connections} ${format.count(health.connections)}`,
        ]
          .filter(Boolean)
          .join(' · ')}
      </span>
    </div>
  )
}

function Card({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <Paper withBorder p="md" component="section">
      <Title order={2} mb="xs">
        {title}
      </Title>
      {children}
    </Paper>
  )
}

function Checks({ checks }: { readonly checks: NonNullable<Health['checks']> }) {
  const texts = useStatusTexts()
  if (checks.length === 0) return <EmptyView title={texts.page.noChecks} />
  return (
    <Table verticalSpacing={4} horizontalSpacing={0}>
      <Table.Tbody>
        {checks.map(check => (
          <Table.Tr key={check.name}>
            <Table.Td>
              {checkWords(check.name, texts)}
              {check.advice && <div className="cg-advice">{check.advice}</div>}
            </Table.Td>
            <Table.Td className={check.ok ? 'cg-good' : 'cg-bad'}>{check.ok ? texts.page.good : texts.page.bad}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  )
}

function Sinks({ sinks }: { readonly sinks: NonNullable<Health['sinks']> }) {
  const text = useText()
  const format = useFormat()
  const texts = useStatusTexts()
  if (sinks.length === 0) return <EmptyView title={texts.page.noSinks} />
  return (
    <Table verticalSpacing={4} horizontalSpacing={0}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{texts.page.sink}</Table.Th>
          <Table.Th className="cg-number">{texts.page.lagFrames}</Table.Th>
          <Table.Th className="cg-number">{texts.page.lagTime}</Table.Th>
          <Table.Th className="cg-number">{text.list.state}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {sinks.map(sink => (
          <Table.Tr key={sink.name}>
            <Table.Td>
              {sinkWords(sink.name, texts)}
              {sink.problem && <div className="cg-advice">{sink.problem}</div>}
            </Table.Td>
            <Table.Td className="cg-number">{format.count(sink.lagFrames)}</Table.Td>
            <Table.Td className="cg-number">{format.duration(sink.lagSeconds)}</Table.Td>
            <Table.Td className={`cg-number ${sink.state === 'running' ? 'cg-good' : 'cg-bad'}`}>{texts.page[sink.state]}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  )
}

function City({ overview }: { readonly overview: Overview }) {
  const texts = useStatusTexts()
  const { text, title } = useLanguage()
  const format = useFormat()
  return (
    <WideTable label={texts.page.city} minWidth={380}>
      <Table verticalSpacing={4} horizontalSpacing={0}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{text.device.kind}</Table.Th>
            <Table.Th className="cg-number">{text.legend.fresh}</Table.Th>
            <Table.Th className="cg-number">{text.legend.flagged}</Table.Th>
            <Table.Th className="cg-number">{text.legend.stale}</Table.Th>
            <Table.Th className="cg-number">{text.list.never}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {overview.kinds.map(({ kind, title: kindTitle, devices }) => (
            <Table.Tr key={kind}>
              <Table.Td>{title(kindTitle)}</Table.Td>
              <Table.Td className="cg-number">{format.count(devices.ok)}</Table.Td>
              <Table.Td className="cg-number">{format.count(devices.flagged)}</Table.Td>
              <Table.Td className="cg-number">{format.count(devices.stale)}</Table.Td>
              <Table.Td className="cg-number">{format.count(devices.silent)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </WideTable>
  )
}
