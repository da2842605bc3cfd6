import '../table/table.css'
import './models.css'
import { Loader, Title } from '@mantine/core'
import { useState } from 'react'
import { Link, useLocation, useNavigate, useParams, useSearchParams } from 'react-router'
import { addressFrom, hashOf } from '../frames/frame-address.ts'
import { useProtocols } from '../frames/frame-queries.ts'
import type { ExampleFrame } from '../frames/frame-types.ts'
import { useLanguage } from '../i18n/language-provider.tsx'
import { withWords } from '../shell/address.ts'
import { EmptyView, ProblemView } from '../shell/problem-view.tsx'
import { useTitle } from '../shell/use-title.ts'
import { draftName, ownDrafts, withOwnId } from './drafts.ts'
import { Editor, shows } from './editor.tsx'
import { ForEngineers } from './for-engineers.tsx'
import { useSheet } from './model-queries.ts'
import { useModelTexts } from './model-texts.ts'
import { baudFrom } from './models-address.ts'
import { templates } from './templates.ts'

/** A model being written: a copy of one that there is (`/models/{id}/copy`), or a new one of a protocol (`/models/new/{protocol}`). */
export default function EditorPage() {
  const { id, protocol = '' } = useParams()
  return <ForEngineers>{id === undefined ? <NewModel key={protocol} protocol={protocol} /> : <CopiedModel key={id} id={id} />}</ForEngineers>
}

function CopiedModel({ id }: { readonly id: string }) {
  const texts = useModelTexts()
  const { text } = useLanguage()
  const [parameters] = useSearchParams()
  const sheet = useSheet(id, baudFrom(parameters))
  useTitle(texts.editorTitle(id))
  return (
    <div className="cg-page cg-page-wide">
      <div className="cg-page-head">
        <Title order={1}>{texts.editorTitle(id)}</Title>
        <Link to={`/models/${encodeURIComponent(id)}`}>{id}</Link>
      </div>
      {sheet.isPending && <Loader size="sm" aria-label={text.app.loading} />}
      {sheet.isError && <ProblemView error={sheet.error} onRetry={() => void sheet.refetch()} />}
      {sheet.data?.text !== undefined && <Written name={draftName({ model: id })} original={withOwnId(sheet.data.text, id)} examples={sheet.data.examples} />}
    </div>
  )
}

function NewModel({ protocol }: { readonly protocol: string }) {
  const texts = useModelTexts()
  const { title } = useLanguage()
  const known = useProtocols().data?.find(({ id }) => id === protocol)
  const original = Object.hasOwn(templates, protocol) ? templates[protocol] : undefined
  const heading = texts.newTitle(known ? title(known.title) : protocol)
  useTitle(heading)
  return (
    <div className="cg-page cg-page-wide">
      <div className="cg-page-head">
        <Title order={1}>{heading}</Title>
        <Link to="/models">{texts.toModels}</Link>
      </div>
      {original === undefined ? (
        <EmptyView title={texts.unknownProtocol(protocol)} />
      ) : (
        <Written name={draftName({ protocol })} original={original} examples={known?.examples ?? []} />
      )}
    </div>
  )
}

/** The editor, with what it shows in the address: `show=`, `baud=`, and the frame behind the #. */
function Written(props: { readonly name: string; readonly original: string; readonly examples: readonly ExampleFrame[] }) {
  const { hash } = useLocation()
  const navigate = useNavigate()
  const [parameters] = useSearchParams()
  const [drafts] = useState(ownDrafts)
  const frame = addressFrom(hash)
  const set = (change: Readonly<Record<string, string>>, nextHash = hash) => {
    void navigate({ search: withWords(parameters, change).toString(), hash: nextHash }, { replace: true })
  }
  return (
    <Editor
      {...props}
      drafts={drafts}
      shown={shows.find(each => each === parameters.get('show')) ?? 'values'}
      onShow={show => set({ show })}
      baud={baudFrom(parameters)}
      onBaud={baud => set({ baud: String(baud) })}
      frame={{ hex: frame.hex, text: frame.text }}
      onFrame={next => set({}, hashOf(next))}
    />
  )
}
