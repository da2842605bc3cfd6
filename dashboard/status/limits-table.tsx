import { Button, Table } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useFormat } from '../format/format-provider.tsx'
import { useServices } from '../services.tsx'
import { EmptyView } from '../shell/problem-view.tsx'
import { useStatusTexts } from './status-texts.ts'

interface Limit {
  readonly setting: string
  readonly most?: number
  readonly inUse?: number
  readonly beyond?: number
}

/** Rows shown before somebody asks for all: those that were reached, then the nearest to it. */
const SHOWN = 8
const EVERY = 10_000

/** Every limit, how near it is, and how often it was reached. */
export function LimitsTable() {
  const texts = useStatusTexts()
  const format = useFormat()
  const { api } = useServices()
  const [all, setAll] = useState(false)
  const limits = useQuery({
    queryKey: ['limits'],
    queryFn: ({ signal }) => api.get<{ readonly limits: readonly Limit[]; readonly contested: readonly string[] }>('/limits', {}, signal),
    refetchInterval: EVERY,
  })
  if (limits.isError) return <EmptyView title={texts.failedLimits} />
  if (!limits.data) return null
  const sorted = [...limits.data.limits].sort((a, b) => (b.beyond ?? 0) - (a.beyond ?? 0) || nearness(b) - nearness(a))
  const shown = all ? sorted : sorted.slice(0, SHOWN)
  return (
    <>
      {limits.data.contested.length > 0 && (
        <p className="cg-alert-colour">
          {texts.contested} {limits.data.contested.join(', ')}
        </p>
      )}
      <Table verticalSpacing={4} horizontalSpacing={0}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{texts.setting}</Table.Th>
            <Table.Th className="cg-number">{texts.inUse}</Table.Th>
            <Table.Th className="cg-number">{texts.most}</Table.Th>
            <Table.Th className="cg-number" title={texts.beyondHelp}>
              {texts.beyond}
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {shown.map(({ setting, inUse, most, beyond }) => (
            <Table.Tr key={setting}>
              <Table.Td className="cg-limit-name">
                <code>{setting}</code>
              </Table.Td>
              <Table.Td className="cg-number">{inUse === undefined ? '' : format.count(inUse)}</Table.Td>
              <Table.Td className="cg-number">{most === undefined ? texts.endless : format.count(most)}</Table.Td>
              <Table.Td className={`cg-number ${beyond ? 'cg-alert-colour' : ''}`}>{beyond === undefined ? '' : format.count(beyond)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      {sorted.length > SHOWN && (
        <Button variant="subtle" size="compact-xs" mt={6} onClick={() => setAll(!all)}>
          {all ? texts.fewRows : texts.allRows(format.count(sorted.length))}
        </Button>
      )}
    </>
  )
}

function nearness({ most, inUse }: Limit): number {
  return most === undefined || inUse === undefined || most === 0 ? 0 : inUse / most
}
