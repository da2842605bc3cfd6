import { Checkbox, Table } from '@mantine/core'
import { useOrgName } from '../api/org-names.ts'
import { useModels } from '../api/queries.ts'
import { useFormat, useGatewayNow } from '../format/format-provider.tsx'
import { useLanguage } from '../i18n/language-provider.tsx'
import { WideTable } from '../table/wide-table.tsx'
import { Icon } from '../theme/icon.tsx'
import { useEnrolmentTexts } from './enrolment-texts.ts'
import type { Newcomer } from './enrolment-types.ts'

/** The devices that announced themselves, one a line, to be chosen. */
export function NewcomersTable(props: {
  readonly newcomers: readonly Newcomer[]
  readonly chosen: ReadonlySet<string>
  readonly onChoose: (chosen: ReadonlySet<string>) => void
}) {
  const { newcomers, chosen, onChoose } = props
  const texts = useEnrolmentTexts()
  const format = useFormat()
  const { language } = useLanguage()
  const now = useGatewayNow()
  const orgName = useOrgName()
  const models = new Map((useModels().data ?? []).map(model => [model.id, model.title[language]]))
  const all = newcomers.every(({ device }) => chosen.has(device))
  const toggle = (device: string) => {
    const next = new Set(chosen)
    if (!next.delete(device)) next.add(device)
    onChoose(next)
  }
  const ago = (time: string) => <span title={format.dateTime(Date.parse(time))}>{format.ago((now - Date.parse(time)) / 1_000)}</span>
  return (
    <WideTable label={texts.title} minWidth={860}>
      <Table className="cg-list" verticalSpacing={6} horizontalSpacing="sm" highlightOnHover>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>
              <Checkbox
                size="xs"
                aria-label={texts.chooseAll}
                checked={all}
                indeterminate={!all && chosen.size > 0}
                onChange={() => onChoose(all ? new Set() : new Set(newcomers.map(({ device }) => device)))}
              />
            </Table.Th>
            <Table.Th>{texts.device}</Table.Th>
            <Table.Th>{texts.model}</Table.Th>
            <Table.Th>{texts.org}</Table.Th>
            <Table.Th>{texts.since}</Table.Th>
            <Table.Th>{texts.last}</Table.Th>
            <Table.Th>{texts.from}</Table.Th>
            <Table.Th>{texts.key}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {newcomers.map(({ device, model, org, firstAt, lastAt, address, key, contested }) => (
            <Table.Tr key={device} data-newcomer={device}>
              <Table.Td>
                <Checkbox size="xs" aria-label={texts.choose(device)} checked={chosen.has(device)} onChange={() => toggle(device)} />
              </Table.Td>
              <Table.Td>
                <span className="cg-newcomer">{device}</span>
                {contested > 0 && (
                  <span className="cg-contested" title={texts.contestedHelp(format.count(contested))}>
                    <Icon name="warning" size={14} /> {texts.contested}
                  </span>
                )}
              </Table.Td>
              <Table.Td title={model}>{models.get(model) ?? model}</Table.Td>
              <Table.Td title={org}>{orgName(org)}</Table.Td>
              <Table.Td>{ago(firstAt)}</Table.Td>
              <Table.Td>{ago(lastAt)}</Table.Td>
              <Table.Td>{address}</Table.Td>
              <Table.Td>
                <code>{key}</code>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </WideTable>
  )
}
