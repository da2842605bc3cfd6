import type { Account } from '../../gateway/model/account.ts'
import type { GatewayProcess } from './gateway.ts'

/** The figures of an account, as a book or the API gives them. */
export type Figures = Pick<Account, 'received' | 'stored' | 'duplicate' | 'rejected' | 'rejectedBy' | 'pending' | 'flagged' | 'lost'>

/** What a whole book says. */
export interface Book {
  readonly total: Figures
  /** Of every device that ever sent. Absent: the sum over devices is not checked. */
  readonly devices?: readonly Figures[]
  /** One past the journal's last frame, and the first frame the book knows of (0 unless the book was begun anew). */
  readonly journalEnd?: number
  readonly base?: number
}

/** What does not add up; empty for a book that balances. */
export function accountProblems({ total, devices, journalEnd, base = 0 }: Book): string[] {
  const problems = [...figureProblems('total', total), ...(devices ?? []).flatMap((figures, index) => figureProblems(`device ${index}`, figures))]
  if (devices) {
    for (const name of ['received', 'stored', 'duplicate', 'rejected', 'pending', 'flagged'] as const) {
      const sum = devices.reduce((before, figures) => before + figures[name], 0)
      if (sum !== total[name]) problems.push(`the devices' ${name} sum up to ${sum}, the total says ${total[name]}`)
    }
  }
  const known = total.received + (total.lost ?? 0) + base
  if (journalEnd !== undefined && known !== journalEnd) {
    problems.push(`the journal ends at ${journalEnd}; received ${total.received} + lost ${total.lost ?? 0} + before the book ${base} = ${known}`)
  }
  return problems
}

function figureProblems(whose: string, figures: Figures): string[] {
  const { received, stored, duplicate, rejected, rejectedBy, pending, flagged } = figures
  const problems: string[] = []
  if (received !== stored + duplicate + rejected + pending) {
    problems.push(`${whose}: received ${received} ≠ stored ${stored} + duplicate ${duplicate} + rejected ${rejected} + pending ${pending}`)
  }
  const reasons = Object.values(rejectedBy).reduce((sum, count) => sum + count, 0)
  if (reasons !== rejected) problems.push(`${whose}: the reasons sum up to ${reasons}, rejected is ${rejected}`)
  if (flagged > stored) problems.push(`${whose}: flagged ${flagged} of ${stored} stored`)
  for (const [name, figure] of Object.entries({ received, stored, duplicate, rejected, pending, flagged })) {
    if (!Number.isSafeInteger(figure) || figure < 0) problems.push(`${whose}: ${name} is ${figure}`)
  }
  return problems
}

/** The same of a gateway that runs and is at rest: API, metrics and journal must say one thing. */
export async function gatewayAccountProblems(gateway: GatewayProcess): Promise<string[]> {
  const total = await gateway.get<Figures>('/account')
  const { devices } = await gateway.get<{ devices: { id: string }[]; next?: string }>('/devices?limit=1000')
  const accounts: Figures[] = []
  for (const { id } of devices) accounts.push(await gateway.get<Figures>(`/devices/${id}/account`))
  const metrics = await (await fetch(`${gateway.http}/metrics`)).text()
  const metric = (name: string): number => Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(metrics)?.[1])
  const problems = accountProblems({ total, devices: accounts, journalEnd: metric('citygate_journal_end_offset') })
  for (const outcome of ['received', 'stored', 'duplicate', 'rejected'] as const) {
    const figure = metric(`citygate_frames_total\\{outcome="${outcome}"\\}`)
    if (figure !== total[outcome]) problems.push(`metrics say ${outcome} ${figure}, the account ${total[outcome]}`)
  }
  return problems
}
