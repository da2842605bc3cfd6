import { type Command, InvalidArgumentError, Option } from 'commander'
import { type ReadFunction, readRequest, writeCoilRequest, writeRegistersRequest } from '../../devices/protocols/modbus/frame.ts'
import { REGISTER_TYPES, type RegisterTypeName } from '../../devices/protocols/modbus/register-types.ts'
import { ORDERS, type Order, toRegisters } from '../../devices/protocols/modbus/word-order.ts'
import { GatewayError } from '../model/errors.ts'
import { answerOf, openLine } from './modbus-line.ts'
import { wholeNumber } from './numbers.ts'
import { table } from './table.ts'

interface Flags {
  readonly unit: number
  readonly function: string
  readonly address: number
  readonly count: number
  readonly type: RegisterTypeName
  readonly order: Order
  readonly timeout: number
  readonly json?: true
  readonly value: string
  readonly yes?: true
}

const BITS = 2

/** `citygate modbus read URL`. */
export function registerRead(modbus: Command): void {
  place(modbus.command('read'), ['1', '2', '3', '4'], '3')
    .description('read registers, coils or inputs of a unit')
    .option('--count <NUMBER>', 'how many values', wholeNumber, 1)
    .addHelpText('after', '\nExample:\n  citygate modbus read modbus-tcp://10.0.0.5:502 --unit 1 --function 4 --address 0 --count 3 --type f32 --order ABCD')
    .action(async (url: string, flags: Flags) => {
      const functionCode = Number(flags.function) as ReadFunction
      const type = REGISTER_TYPES[flags.type]
      const span = functionCode <= BITS ? 1 : type.registers
      const request = checked(() => readRequest(flags.unit, { functionCode, address: flags.address, count: flags.count * span }))
      const answer = await exchange(url, request, flags)
      const data = new DataView(answer.buffer, answer.byteOffset + 3, answer.length - 5)
      const values = Array.from({ length: flags.count }, (_, index) => ({
        address: flags.address + index * span,
        value: functionCode <= BITS ? (data.getUint8(index >> 3) >> (index & 7)) & 1 : type.read(data, 2 * index * span, flags.order),
      }))
      if (flags.json) for (const each of values) console.log(JSON.stringify(each))
      else
        console.log(
          table(
            ['address', 'value'],
            values.map(({ address, value }) => [String(address), String(value)]),
          ),
        )
    })
}

/** `citygate modbus write URL`. */
export function registerWrite(modbus: Command): void {
  place(modbus.command('write'), ['5', '6', '15', '16'], '6')
    .description(
      'write one value into a unit, whatever it does there: only with --yes. What a model names is better sent with citygate command, which checks its range and reads it back',
    )
    .requiredOption('--value <VALUE>', 'what: a number, or 0 or 1 for a coil')
    .option('--yes', 'really write')
    .addHelpText('after', '\nExample:\n  citygate modbus write modbus-tcp://10.0.0.5:502 --unit 1 --function 16 --address 10 --type f32 --value 21.5 --yes')
    .action(async (url: string, flags: Flags) => {
      const request = checked(() => writeRequest(flags))
      const hex = Buffer.from(request).toString('hex').toUpperCase().replace(/../g, '$& ').trim()
      if (!flags.yes)
        throw new GatewayError('COMMAND_INVALID', `nothing was written: ${hex} would go to unit ${flags.unit} of ${url}. Say --yes if that is what you want`)
      await exchange(url, request, flags)
      console.log(`unit ${flags.unit} answers that it was done (${hex})`)
    })
}

function place(command: Command, functions: readonly string[], usual: string): Command {
  return command
    .argument('<url>', 'the line, such as modbus-tcp://10.0.0.5:502')
    .requiredOption('--unit <UNIT>', 'which unit, 1 to 247', wholeNumber)
    .requiredOption('--address <ADDRESS>', 'the first register, as on the wire (0-based): 500 or 0x01F4', address)
    .addOption(new Option('--function <FUNCTION>', 'the Modbus function').choices(functions).default(usual))
    .addOption(new Option('--type <TYPE>', 'what a value is in registers').choices(Object.keys(REGISTER_TYPES)).default('u16'))
    .addOption(new Option('--order <ORDER>', 'how it lies in registers').choices(ORDERS).default('ABCD'))
    .option('--timeout <MS>', 'how long the unit may take', wholeNumber, 1000)
    .option('--json', 'JSON, for scripts')
}

async function exchange(url: string, request: Uint8Array, { unit, timeout }: Flags): Promise<Uint8Array> {
  const line = await openLine(url)
  try {
    return answerOf(await line.ask(request, timeout), unit)
  } finally {
    line.close()
  }
}

function writeRequest({ unit, function: name, address: at, type, order, value }: Flags): Uint8Array {
  const functionCode = Number(name)
  const number = value.trim() === '' ? Number.NaN : Number(value)
  if (functionCode === 5 || functionCode === 15) {
    if (number !== 0 && number !== 1) throw new RangeError(`a coil is 0 or 1, not ${value}`)
    return writeCoilRequest(unit, functionCode, at, number === 1)
  }
  const { range, whole, write } = REGISTER_TYPES[type]
  if (!Number.isFinite(number) || number < range[0] || number > range[1] || (whole && !Number.isInteger(number)))
    throw new RangeError(`a ${type} holds ${whole ? 'whole numbers' : 'numbers'} from ${range[0]} to ${range[1]}, not ${value}`)
  return writeRegistersRequest(unit, functionCode === 6 ? 6 : 16, at, toRegisters(write(number), order))
}

/** What does not fit is told before a line is opened. */
function checked(make: () => Uint8Array): Uint8Array {
  try {
    return make()
  } catch (cause) {
    if (cause instanceof RangeError) throw new GatewayError('COMMAND_INVALID', cause.message, { cause })
    throw cause
  }
}

function address(text: string): number {
  if (!/^(\d{1,5}|0x[0-9a-fA-F]{1,4})$/.test(text) || Number(text) > 0xffff)
    throw new InvalidArgumentError('Expected an address from 0 to 65535, such as 500 or 0x01F4.')
  return Number(text)
}
