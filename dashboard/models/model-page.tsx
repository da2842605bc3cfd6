import '../table/table.css'
import './models.css'
import { Button, Loader, Table, Title } from '@mantine/core'
import { Link, useLocation, useNavigate, useParams, useSearchParams } from 'react-router'
import { useKinds } from '../api/queries.ts'
import { unitText } from '../devices/value-text.ts'
import { useFormat } from '../format/format-provider.tsx'
import { addressFrom, hashOf } from '../frames/frame-address.ts'
import { useProtocols } from '../frames/frame-queries.ts'
import { useLanguage } from '../i18n/language-provider.tsx'
import { linkTo, withWords } from '../shell/address.ts'
import { EmptyView, ProblemView } from '../shell/problem-view.tsx'
import { useTitle } from '../shell/use-title.ts'
import { ScrollBox } from '../table/scroll-box.tsx'
import { ForEngineers } from './for-engineers.tsx'
import { useCheck, useListedModels, useSheet } from './model-queries.ts'
import { useModelTexts } from './model-texts.ts'
import type { ListedModel, OrderRow, StoredSheet } from './model-types.ts'
import { baudFrom } from './models-address.ts'
import { PlanSection } from './plan-section.tsx'
import { PointsTable } from './points-table.tsx'
import { TryFrame } from './try-frame.tsx'

/** One model: what it measures, where each value stands, how it is asked, and what a frame says under it. The line's speed stands in the address, the frame behind its #. */
export default function ModelPage() {
  return (
    <ForEngineers>
      <Page />
    </ForEngineers>
  )
}

function Page() {
  const { id = '' } = useParams()
  const texts = useModelTexts()
  const { text, title } = useLanguage()
  const [parameters] = useSearchParams()
  const models = useListedModels()
  const model = models.data?.find(each => each.id === id)
  const sheet = useSheet(id, baudFrom(parameters))
  useTitle(model ? title(model.title) : id)
  if (models.data && !model)
    return (
      <div className="cg-page">
        <EmptyView title={texts.unknown(id)} />
        <p className="cg-centred">
          <Link to="/models">{texts.toModels}</Link>
        </p>
      </div>
    )
  return (
    <div className="cg-page">
      <div className="cg-page-head">
        <Title order={1}>{model ? title(model.title) : id}</Title>
        <code>{id}</code>
        <Button component={Link} to={`/models/${encodeURIComponent(id)}/copy`} size="compact-sm" variant="default">
          {texts.copy}
        </Button>
        <Link to="/models">{texts.toModels}</Link>
      </div>
      {(models.isPending || sheet.isPending) && <Loader size="sm" aria-label={text.app.loading} />}
      {models.isError && <ProblemView error={models.error} onRetry={() => void models.refetch()} />}
      {sheet.isError && <ProblemView error={sheet.error} onRetry={() => void sheet.refetch()} />}
      {model && sheet.data && <Sheet model={model} sheet={sheet.data} />}
    </div>
  )
}

function Sheet({ model, sheet }: { readonly model: ListedModel; readonly sheet: StoredSheet }) {
  const texts = useModelTexts()
  const navigate = useNavigate()
  const { hash } = useLocation()
  const [parameters] = useSearchParams()
  const baud = baudFrom(parameters)
  return (
    <div className="cg-model">
      <Facts model={model} builtIn={sheet.builtIn} />
      <section>
        <Title order={2}>{texts.values}</Title>
        <PointsTable points={sheet.points} kind={model.kind} />
      </section>
      {sheet.orders.length > 0 && <Orders orders={sheet.orders} />}
      <section>
        <Title order={2}>{texts.plan}</Title>
        <PlanSection
          sheet={sheet}
          kind={model.kind}
          baud={baud}
          onBaud={next => void navigate({ search: withWords(parameters, { baud: String(next) }).toString(), hash }, { replace: true })}
        />
      </section>
      {sheet.text !== undefined && <Tried source={sheet.text} sheet={sheet} baud={baud} />}
      {sheet.text !== undefined && (
        <section>
          <Title order={2}>{texts.file}</Title>
          <p className="cg-advice">{texts.fileHelp}</p>
          <ScrollBox label={texts.file} className="cg-model-file cg-mono">
            {sheet.text}
          </ScrollBox>
        </section>
      )}
    </div>
  )
}

function Facts({ model, builtIn }: { readonly model: ListedModel; readonly builtIn: boolean }) {
  const texts = useModelTexts()
  const { title } = useLanguage()
  const format = useFormat()
  const kind = useKinds().data?.find(({ id }) => id === model.kind)
  const protocol = useProtocols().data?.find(({ id }) => id === model.protocol)
  const facts = [
    [texts.maker, model.maker],
    [texts.kind, kind ? title(kind.title) : model.kind],
    [texts.protocol, protocol ? title(protocol.title) : model.protocol],
    [texts.file, builtIn ? texts.builtIn : texts.city],
    [texts.source, model.source],
    [texts.verified, model.verified],
  ] as const
  return (
    <dl className="cg-model-facts">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
      <div>
        <dt>{texts.devices}</dt>
        <dd>
          {model.devices === 0 ? texts.noDevices : <Link to={linkTo('/devices', { model: model.id })}>{texts.devicesOf(format.count(model.devices))}</Link>}
        </dd>
      </div>
    </dl>
  )
}

function Orders({ orders }: { readonly orders: readonly OrderRow[] }) {
  const texts = useModelTexts()
  const { text, title } = useLanguage()
  const value = ({ values, range, unit }: OrderRow): string => {
    if (values) return values.map(String).join(', ')
    return range ? `${range[0]} – ${range[1]}${unit === undefined ? '' : ` ${unitText(unit, text)}`}` : ''
  }
  return (
    <section>
      <Title order={2}>{texts.orders}</Title>
      <Table className="cg-points" verticalSpacing={4} horizontalSpacing="sm">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{texts.orderName}</Table.Th>
            <Table.Th>{texts.orderValue}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {orders.map(order => (
            <Table.Tr key={order.name}>
              <Table.Td>
                {title(order.title)} <code>{order.name}</code>
              </Table.Td>
              <Table.Td>{value(order)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </section>
  )
}

/** Its own text is read anew with the frame: the way the editor goes, so that both say the same. */
function Tried({ source, sheet, baud }: { readonly source: string; readonly sheet: StoredSheet; readonly baud: number }) {
  const texts = useModelTexts()
  const navigate = useNavigate()
  const { hash, search } = useLocation()
  const { hex, text } = addressFrom(hash)
  const check = useCheck({ source, baud, hex, text })
  return (
    <section>
      <Title order={2}>{texts.tryIt}</Title>
      <p className="cg-advice">{texts.tryHelp}</p>
      {check.isError && <ProblemView error={check.error} onRetry={() => void check.refetch()} />}
      <TryFrame
        frame={{ hex, text }}
        examples={sheet.examples}
        onFrame={next => void navigate({ search, hash: hashOf(next) }, { replace: true })}
        checked={check.data}
      />
    </section>
  )
}
