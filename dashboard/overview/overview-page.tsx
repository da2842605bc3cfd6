import './overview.css'
import { Loader, SegmentedControl, Title } from '@mantine/core'
import { useSearchParams } from 'react-router'
import { useFormat, useGatewayNow } from '../format/format-provider.tsx'
import { useText } from '../i18n/language-provider.tsx'
import { EmptyView, ProblemView } from '../shell/problem-view.tsx'
import { useTitle } from '../shell/use-title.ts'
import { KindChoice, OrgChoice } from '../table/choice.tsx'
import { HeatMap } from './heat-map.tsx'
import { KindTable } from './kind-table.tsx'
import { listAddress, overviewFrom, withOverview } from './overview-address.ts'
import { useAttention, useCompleteness, useCounts } from './overview-queries.ts'
import { useOverviewTexts } from './overview-texts.ts'
import { Tiles } from './tiles.tsx'
import { Section, TopLists } from './top-lists.tsx'

/** What a shift begins with: how many report, what lags, what is missing, and who should be looked at. */
export default function OverviewPage() {
  const text = useText()
  const texts = useOverviewTexts()
  const format = useFormat()
  const [parameters, setParameters] = useSearchParams()
  const view = overviewFrom(parameters)
  const change = (part: Partial<typeof view>) => setParameters(before => withOverview(before, { ...overviewFrom(before), ...part }), { replace: true })
  const counts = useCounts(view)
  const attention = useAttention(view)
  const completeness = useCompleteness(view)
  const now = useGatewayNow()
  useTitle(texts.title)
  const rows = completeness.data?.rows ?? []
  const isDue = rows.some(row => row.expected.some(count => count > 0))
  return (
    <div className="cg-page cg-overview">
      <div className="cg-page-head">
        <Title order={1}>{texts.title}</Title>
        <span className="cg-page-count">{texts.at(format.dateTime(now - (now % 60_000)).slice(0, -3))}</span>
        <OrgChoice value={view.org ?? ''} onChange={org => change({ org: org || undefined })} />
        <KindChoice value={view.kind ?? ''} onChange={kind => change({ kind: kind || undefined })} />
      </div>
      {counts.isError && !counts.data && <ProblemView error={counts.error} onRetry={() => void counts.refetch()} />}
      <Tiles view={view} counts={counts.data} attention={attention.data} completeness={completeness.data} />
      <div className="cg-overview-pair">
        <Section title={texts.byKind}>
          {counts.isPending && <Loader size="sm" aria-label={text.app.loading} />}
          {counts.data && (counts.data.devices.total === 0 ? <EmptyView title={text.list.emptyAll} /> : <KindTable counts={counts.data} view={view} />)}
        </Section>
        <div id="completeness">
          <Section
            title={texts.completeness}
            help={texts.completenessHelp}
            end={
              <>
                <SegmentedControl
                  size="xs"
                  aria-label={texts.by}
                  value={view.by}
                  data={[
                    { value: 'kind', label: texts.kinds },
                    { value: 'org', label: texts.orgs },
                  ]}
                  onChange={by => change({ by: by === 'org' ? 'org' : 'kind' })}
                />
                <SegmentedControl
                  size="xs"
                  aria-label={texts.hours}
                  value={String(view.hours)}
                  data={[24, 48].map(hours => ({ value: String(hours), label: texts.lastHours(String(hours)) }))}
                  onChange={hours => change({ hours: hours === '48' ? 48 : 24 })}
                />
              </>
            }
          >
            {completeness.isPending && <Loader size="sm" aria-label={text.app.loading} />}
            {completeness.isError && !completeness.data && <ProblemView error={completeness.error} onRetry={() => void completeness.refetch()} />}
            {completeness.data && !isDue && <EmptyView title={texts.noCompleteness} advice={texts.noCompletenessAdvice} />}
            {completeness.data && isDue && (
              <HeatMap
                data={completeness.data}
                listOf={id => listAddress(view.by === 'kind' ? { org: view.org, kind: id } : { org: id, kind: view.kind }, {})}
              />
            )}
          </Section>
        </div>
      </div>
      {attention.isError && !attention.data && <ProblemView error={attention.error} onRetry={() => void attention.refetch()} />}
      {attention.data && <TopLists attention={attention.data} view={view} />}
    </div>
  )
}
