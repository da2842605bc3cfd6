import { type Command, InvalidArgumentError } from 'commander'
import { readRequest } from '../../devices/protocols/modbus/frame.ts'
import { openLine } from './modbus-line.ts'
import { wholeNumber } from './numbers.ts'
import { Progress } from './progress.ts'

interface Flags {
  readonly units: readonly [number, number]
  readonly timeout: number
  readonly json?: true
}

const TABLES = { 3: 'holding registers', 4: 'input registers' } as const

/** `citygate modbus scan URL`. */
export function registerScan(modbus: Command): void {
  modbus
    .command('scan')
    .description(
      'find the units of a line: each is asked for one register, read and nothing else. Do not scan a line that a running gateway polls. Exit code 1 when nobody answers',
    )
    .argument('<url>', 'the line')
    .option('--units <FROM-TO>', 'which, of 1 to 247', range, [1, 247])
    .option('--timeout <MS>', 'how long each may take', wholeNumber, 200)
    .option('--json', 'a JSON line for each unit found')
    .addHelpText(
      'after',
      "\nExamples:\n  citygate modbus scan modbus-tcp://10.0.0.5:502 --units 1-32\n  citygate modbus scan 'serial:///dev/ttyUSB0?baud=9600'",
    )
    .action(async (url: string, { units: [first, last], timeout, json }: Flags) => {
      const line = await openLine(url)
      const progress = new Progress()
      let found = 0
      try {
        for (let unit = first; unit <= last; unit++) {
          progress.show(() => `unit ${unit} of ${last}, ${found} found`)
          const answer = await ask(line, unit, timeout)
          if (answer === undefined) continue
          found++
          progress.end()
          console.log(json ? JSON.stringify({ unit, answer }) : `unit ${unit}: ${answer}`)
        }
      } finally {
        progress.end()
        line.close()
      }
      if (!json) console.log(`${found} of ${last - first + 1} units answer on ${line.url}`)
      if (found === 0) process.exitCode = 1
    })
}

/** A unit that does not have the one table may say nothing at all, against the standard: so both are tried. */
async function ask(line: Awaited<ReturnType<typeof openLine>>, unit: number, timeoutMs: number): Promise<string | undefined> {
  for (const functionCode of [3, 4] as const) {
    const outcome = await line.ask(readRequest(unit, { functionCode, address: 0, count: 1 }), timeoutMs)
    if (outcome.type === 'answered' && !outcome.unreachable)
      return `answers ${TABLES[functionCode]}${outcome.refused === undefined ? '' : ` with ${outcome.refused}`}`
  }
  return undefined
}

function range(text: string): readonly [number, number] {
  const [, from = '', to = from] = /^(\d{1,3})(?:-(\d{1,3}))?$/.exec(text) ?? []
  const [first, last] = [Number(from), Number(to)]
  if (from === '' || first < 1 || last > 247 || first > last) throw new InvalidArgumentError('Expected units such as 1-32, within 1-247.')
  return [first, last]
}
