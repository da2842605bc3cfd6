import '../table/table.css'
import './models.css'
import { Loader, Select, TextInput, Title } from '@mantine/core'
import { useState } from 'react'
import { Link, useNavigate, useSearchParams } from 'react-router'
import { useFormat } from '../format/format-provider.tsx'
import { useProtocols } from '../frames/frame-queries.ts'
import { useLanguage } from '../i18n/language-provider.tsx'
import { EmptyView, ProblemView } from '../shell/problem-view.tsx'
import { useTitle } from '../shell/use-title.ts'
import { Choice, KindChoice } from '../table/choice.tsx'
import { draftPath, ownDrafts } from './drafts.ts'
import { ForEngineers } from './for-engineers.tsx'
import { useListedModels } from './model-queries.ts'
import { useModelTexts } from './model-texts.ts'
import type { ListedModel } from './model-types.ts'
import { type ModelsView, modelsViewFrom, shownModels, withModelsView } from './models-address.ts'
import { ModelsTable } from './models-table.tsx'
import { templates } from './templates.ts'

/** The products the gateway can speak to: those in use first. What is shown stands in the address. */
export default function ModelsPage() {
  return (
    <ForEngineers>
      <Page />
    </ForEngineers>
  )
}

function Page() {
  const texts = useModelTexts()
  const { text } = useLanguage()
  const format = useFormat()
  const [parameters, setParameters] = useSearchParams()
  const view = modelsViewFrom(parameters)
  const models = useListedModels()
  const shown = shownModels(models.data ?? [], view)
  useTitle(texts.title)
  return (
    <div className="cg-page cg-page-wide">
      <div className="cg-page-head">
        <Title order={1}>{texts.title}</Title>
        {models.data && <span className="cg-page-count">{texts.count(format.count(shown.length), format.count(models.data.length))}</span>}
      </div>
      <p className="cg-advice">{texts.intro}</p>
      <Filters
        view={view}
        models={models.data ?? []}
        onChange={part => setParameters(before => withModelsView(before, { ...modelsViewFrom(before), ...part }), { replace: true })}
      />
      <DraftLinks />
      {models.isPending && <Loader size="sm" aria-label={text.app.loading} />}
      {models.isError && <ProblemView error={models.error} onRetry={() => void models.refetch()} />}
      {models.data && shown.length === 0 && <EmptyView title={texts.none} advice={texts.noneAdvice} />}
      {shown.length > 0 && <ModelsTable models={shown} />}
    </div>
  )
}

interface FiltersProps {
  readonly view: ModelsView
  readonly models: readonly ListedModel[]
  readonly onChange: (part: Partial<ModelsView>) => void
}

function Filters({ view, models, onChange }: FiltersProps) {
  const texts = useModelTexts()
  const { title } = useLanguage()
  const navigate = useNavigate()
  const protocols = useProtocols().data ?? []
  const makers = [...new Set(models.map(({ maker }) => maker))].sort((a, b) => a.localeCompare(b))
  return (
    <div className="cg-filters">
      <TextInput
        size="sm"
        type="search"
        aria-label={texts.find}
        placeholder={texts.findPlaceholder}
        value={view.text}
        onChange={event => onChange({ text: event.currentTarget.value })}
      />
      <KindChoice value={view.kind} onChange={kind => onChange({ kind })} />
      <Choice
        label={texts.protocol}
        value={view.protocol}
        all={texts.allProtocols}
        options={protocols.map(protocol => ({ value: protocol.id, label: title(protocol.title) }))}
        onChange={protocol => onChange({ protocol })}
      />
      <Choice
        label={texts.maker}
        value={view.maker}
        all={texts.allMakers}
        options={makers.map(maker => ({ value: maker, label: maker }))}
        onChange={maker => onChange({ maker })}
      />
      <Choice
        label={texts.devices}
        value={view.used ? 'used' : ''}
        all={texts.usedOrNot}
        options={[{ value: 'used', label: texts.used }]}
        onChange={used => onChange({ used: used !== '' })}
      />
      <div className="cg-filters-end">
        <Select
          size="sm"
          aria-label={texts.new}
          placeholder={texts.new}
          value={null}
          data={protocols.filter(({ id }) => Object.hasOwn(templates, id)).map(protocol => ({ value: protocol.id, label: title(protocol.title) }))}
          onChange={protocol => protocol !== null && void navigate(`/models/new/${protocol}`)}
        />
      </div>
    </div>
  )
}

/** What was begun in this browser, and where to go on. */
function DraftLinks() {
  const texts = useModelTexts()
  const [names] = useState(() => ownDrafts().names())
  const drafts = names.flatMap(name => {
    const path = draftPath(name)
    const what = name.slice(name.indexOf('.') + 1)
    return path === undefined ? [] : [{ path, label: name.startsWith('copy.') ? texts.draftCopy(what) : texts.draftNew(what) }]
  })
  if (drafts.length === 0) return null
  return (
    <p className="cg-models-drafts">
      <span>{texts.drafts}:</span>
      {drafts.map(({ path, label }) => (
        <Link key={path} to={path}>
          {label}
        </Link>
      ))}
    </p>
  )
}
