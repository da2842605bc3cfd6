import { Table } from '@mantine/core'
import { Link } from 'react-router'
import { useKinds } from '../api/queries.ts'
import { useFormat } from '../format/format-provider.tsx'
import { useProtocols } from '../frames/frame-queries.ts'
import { useLanguage } from '../i18n/language-provider.tsx'
import { linkTo } from '../shell/address.ts'
import { WideTable } from '../table/wide-table.tsx'
import { useModelTexts } from './model-texts.ts'
import type { ListedModel } from './model-types.ts'

/** Models, one a line, each with the way to its page and to its devices. */
export function ModelsTable({ models }: { readonly models: readonly ListedModel[] }) {
  const texts = useModelTexts()
  const { title } = useLanguage()
  const format = useFormat()
  const kinds = new Map((useKinds().data ?? []).map(kind => [kind.id, kind.title]))
  const protocols = new Map((useProtocols().data ?? []).map(protocol => [protocol.id, protocol.title]))
  const named = (titles: typeof kinds, id: string): string => {
    const found = titles.get(id)
    return found ? title(found) : id
  }
  return (
    <WideTable label={texts.title} minWidth={860}>
      <Table className="cg-models" verticalSpacing={6} horizontalSpacing="sm" highlightOnHover>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{texts.model}</Table.Th>
            <Table.Th>{texts.maker}</Table.Th>
            <Table.Th>{texts.kind}</Table.Th>
            <Table.Th>{texts.protocol}</Table.Th>
            <Table.Th className="cg-number">{texts.devices}</Table.Th>
            <Table.Th>{texts.verified}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {models.map(model => (
            <Table.Tr key={model.id} data-model={model.id}>
              <Table.Td>
                <Link to={`/models/${encodeURIComponent(model.id)}`}>{title(model.title)}</Link>
                <div>
                  <code>{model.id}</code>
                </div>
              </Table.Td>
              <Table.Td>{model.maker}</Table.Td>
              <Table.Td>{named(kinds, model.kind)}</Table.Td>
              <Table.Td>{named(protocols, model.protocol)}</Table.Td>
              <Table.Td className="cg-number">
                {model.devices === 0 ? '–' : <Link to={linkTo('/devices', { model: model.id })}>{format.count(model.devices)}</Link>}
              </Table.Td>
              <Table.Td className="cg-models-verified">{model.verified}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </WideTable>
  )
}
