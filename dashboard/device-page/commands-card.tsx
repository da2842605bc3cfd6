import { Table, Title } from '@mantine/core'
import { memo } from 'react'
import type { Device } from '../api/types.ts'
import { valueText } from '../devices/value-text.ts'
import { useFormat } from '../format/format-provider.tsx'
import { useLanguage } from '../i18n/language-provider.tsx'
import { mayCommand } from '../session/rights.ts'
import { useSession } from '../session/session-queries.ts'
import { ProblemView } from '../shell/problem-view.tsx'
import { Icon } from '../theme/icon.tsx'
import { CommandForm } from './command-form.tsx'
import { type CommandState, useCommands } from './command-queries.ts'
import { useDeviceTexts } from './device-texts.ts'

const GOOD: ReadonlySet<CommandState> = new Set(['confirmed'])
const BAD: ReadonlySet<CommandState> = new Set(['refused', 'expired'])

/** The orders a device was given and what became of them, and giving one. Absent for devices that take none. */
export const CommandsCard = memo(function CommandsCard({ device }: { readonly device: Device }) {
  const { text, title } = useLanguage()
  const texts = useDeviceTexts()
  const format = useFormat()
  const list = useCommands(device.id)
  const session = useSession().data
  const { takes = [], commands = [] } = list.data ?? {}
  if (!list.isError && takes.length === 0 && commands.length === 0) return null
  const may = mayCommand(session, device.org)
  return (
    <section className="cg-card" aria-label={texts.commands}>
      <div className="cg-card-head">
        <Title order={2}>{texts.commands}</Title>
      </div>
      {list.isError && !list.data && <ProblemView error={list.error} onRetry={() => void list.refetch()} />}
      {takes.length > 0 && device.stage !== 'retired' && (may ? <CommandForm device={device} takes={takes} /> : <p className="cg-advice">{texts.mayNot}</p>)}
      {list.data && commands.length === 0 && <p className="cg-advice">{texts.noneGiven}</p>}
      {commands.length > 0 && (
        <Table verticalSpacing={4} horizontalSpacing="xs" className="cg-commands">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{texts.order}</Table.Th>
              <Table.Th>{texts.state}</Table.Th>
              <Table.Th>{texts.given}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {commands.map(command => {
              const definition = takes.find(({ name }) => name === command.name)
              return (
                <Table.Tr key={command.id} data-command={command.id}>
                  <Table.Td>
                    {definition ? title(definition.title) : command.name}
                    {command.value !== undefined && <strong> {valueText(command.value, text, format)}</strong>}
                  </Table.Td>
                  <Table.Td title={command.detail}>
                    <State state={command.state} />
                    {command.detail !== undefined && <span className="cg-advice"> {command.detail}</span>}
                  </Table.Td>
                  <Table.Td>{format.dateTime(Date.parse(command.givenAt))}</Table.Td>
                </Table.Tr>
              )
            })}
          </Table.Tbody>
        </Table>
      )}
    </section>
  )
})

function State({ state }: { readonly state: CommandState }) {
  const texts = useDeviceTexts()
  const icon = GOOD.has(state) ? 'check' : BAD.has(state) ? 'warning' : 'clock'
  return (
    <span className={BAD.has(state) ? 'cg-command-state cg-alert-colour' : 'cg-command-state'}>
      <Icon name={icon} size={14} /> {texts.states[state]}
    </span>
  )
}
