import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { FieldValue } from '../format/format.ts'
import type { Title } from '../i18n/catalogue.ts'
import { useServices } from '../services.tsx'

export type CommandState = 'pending' | 'sent' | 'confirmed' | 'refused' | 'expired' | 'told'

/** An order, and what became of it. */
export interface Command {
  readonly id: number
  readonly name: string
  readonly value?: FieldValue
  readonly state: CommandState
  readonly detail?: string
  readonly givenAt: string
}

/** An order the device takes. */
export interface CommandDefinition {
  readonly name: string
  readonly title: Title
  readonly value?: {
    readonly type: 'number' | 'boolean' | 'string'
    readonly unit?: string
    readonly range?: readonly [number, number]
    readonly values?: readonly FieldValue[]
  }
}

interface CommandList {
  readonly takes: readonly CommandDefinition[]
  readonly commands: readonly Command[]
}

const SHOWN = 10
/** While an order is on its way it is looked at often, in milliseconds. */
const SOON = 2_000
const LATER = 30_000

export function useCommands(device: string) {
  const { api } = useServices()
  return useQuery({
    queryKey: ['device', device, 'commands'],
    queryFn: ({ signal }) => api.get<CommandList>(path(device), { limit: SHOWN }, signal),
    refetchInterval: ({ state }) => (state.data?.commands.some(each => each.state === 'pending' || each.state === 'sent') ? SOON : LATER),
  })
}

export function useGiveCommand(device: string) {
  const { api } = useServices()
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (order: { readonly name: string; readonly value?: FieldValue }) => api.post<Command>(path(device), order),
    onSettled: () => queries.invalidateQueries({ queryKey: ['device', device, 'commands'] }),
  })
}

function path(device: string): string {
  return `/devices/${encodeURIComponent(device)}/commands`
}
