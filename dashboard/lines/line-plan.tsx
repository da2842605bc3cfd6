import { Button, Loader, Table } from '@mantine/core'
import { useState } from 'react'
import { Link } from 'react-router'
import { useFormat } from '../format/format-provider.tsx'
import { useText } from '../i18n/language-provider.tsx'
import { useModelTexts } from '../models/model-texts.ts'
import { bauds } from '../models/models-address.ts'
import { PollsTable } from '../models/polls-table.tsx'
import { TimeBudget } from '../models/time-budget.tsx'
import { ProblemView } from '../shell/problem-view.tsx'
import { Choice } from '../table/choice.tsx'
import { WideTable } from '../table/wide-table.tsx'
import { useLinePlan } from './line-queries.ts'
import { useLineTexts } from './line-texts.ts'
import type { LinePlan, ModelShare } from './line-types.ts'

/** Devices of a model shown at first. */
const SHOWN = 20

interface LinePlanViewProps {
  readonly url: string
  /** What it is reckoned for where the line's own speed is not known. */
  readonly baud: number
  readonly onBaud: (baud: number) => void
}

/** What is asked on a line, of whom and how often, and what each takes of its time. */
export function LinePlanView({ url, baud, onBaud }: LinePlanViewProps) {
  const text = useText()
  const plan = useLinePlan(url, baud)
  if (plan.isPending) return <Loader size="sm" aria-label={text.app.loading} />
  if (plan.isError) return <ProblemView error={plan.error} onRetry={() => void plan.refetch()} />
  const { models } = plan.data
  return (
    <div className="cg-line-plan">
      <Whole plan={plan.data} baud={baud} onBaud={onBaud} />
      <TimeBudget parts={models.map(({ model, utilisation, devices }) => ({ key: model, name: model, share: utilisation * devices.length }))} />
      {models.map(share => (
        <Share key={share.model} share={share} />
      ))}
    </div>
  )
}

function Whole({ plan, baud, onBaud }: Pick<LinePlanViewProps, 'baud' | 'onBaud'> & { readonly plan: LinePlan }) {
  const texts = useLineTexts()
  const models = useModelTexts()
  const format = useFormat()
  return (
    <div className="cg-line-speed">
      {plan.known ? (
        <span>{texts.speedKnown(format.count(plan.baud))}</span>
      ) : (
        <>
          <span>{texts.speedUnknown}</span>
          <Choice
            label={models.speed}
            value={String(baud)}
            options={bauds.map(each => ({ value: String(each), label: models.baud(format.count(each)) }))}
            onChange={value => onBaud(Number(value))}
          />
        </>
      )}
      <p className="cg-plan-words" data-over={plan.utilisation > 1}>
        {texts.planned(format.percent(plan.utilisation))} {plan.utilisation > 1 && texts.tooMuch}
      </p>
    </div>
  )
}

function Share({ share }: { readonly share: ModelShare }) {
  const texts = useLineTexts()
  const format = useFormat()
  const { model, polls, utilisation, devices } = share
  return (
    <section data-share={model}>
      <h3>
        <Link to={`/models/${encodeURIComponent(model)}`}>{model}</Link>{' '}
        <span className="cg-advice">
          {[
            texts.ofDevices(format.count(devices.length)),
            texts.together(format.percent(utilisation * devices.length)),
            texts.each(format.percent(utilisation)),
          ].join(' · ')}
        </span>
      </h3>
      <PollsTable polls={polls} label={texts.pollTable(model)} />
      <Devices share={share} />
    </section>
  )
}

function Devices({ share: { model, utilisation, devices } }: { readonly share: ModelShare }) {
  const texts = useLineTexts()
  const format = useFormat()
  const [most, setMost] = useState(SHOWN)
  return (
    <>
      <WideTable label={texts.deviceTable(model)} minWidth={360}>
        <Table className="cg-points" verticalSpacing={3} horizontalSpacing="sm">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{texts.device}</Table.Th>
              <Table.Th>{texts.address}</Table.Th>
              <Table.Th className="cg-number">{texts.share}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {devices.slice(0, most).map(({ device, name, address, silent }) => (
              <Table.Tr key={device} data-asked={device}>
                <Table.Td>
                  <Link to={`/devices/${encodeURIComponent(device)}`}>{name ?? device}</Link> {name !== undefined && <code>{device}</code>}{' '}
                  {silent && <span className="cg-alert-colour">{texts.silent}</span>}
                </Table.Td>
                <Table.Td>{address}</Table.Td>
                <Table.Td className="cg-number">{format.percent(utilisation)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </WideTable>
      {devices.length > most && (
        <Button size="compact-sm" variant="default" onClick={() => setMost(devices.length)}>
          {texts.moreDevices(format.count(devices.length - most))}
        </Button>
      )}
    </>
  )
}
