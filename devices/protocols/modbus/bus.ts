import type { BusPoll, BusSpeech } from '../bus-speech.ts'
import { toCommand } from './commands.ts'
import { dataBytes, type ReadBlock, readRequest } from './frame.ts'
import { readMapping } from './mapping.ts'
import { planPolls } from './plan.ts'
import { findRtuAnswer } from './rtu-answer.ts'

/** Modbus over Serial Line V1.02 § 2.2: 0 is for broadcasts, which nobody answers; 248 to 255 are reserved. */
const FIRST_UNIT = 1
const LAST_UNIT = 247
const TABLES: Readonly<Record<number, string>> = { 1: 'coils', 2: 'discrete inputs', 3: 'holding registers', 4: 'input registers' }

/** How Modbus units that share a line are asked. */
export const modbusBus: BusSpeech = {
  addressProblem: address =>
    /^\d{1,3}$/.test(address) && Number(address) >= FIRST_UNIT && Number(address) <= LAST_UNIT
      ? undefined
      : `unit ${address} is not ${FIRST_UNIT} to ${LAST_UNIT}`,
  polls: model =>
    planPolls(model).map(block => {
      const poll = toPoll(block, block.everyMs)
      return block.with ? { ...poll, beside: block.with.map(each => toPoll(each, block.everyMs)) } : poll
    }),
  commands: model => readMapping(model).writes.map(toCommand),
  pauseMs: model => readMapping(model).pauseMs,
  timeoutMs: model => readMapping(model).timeoutMs,
  answer: findRtuAnswer,
}

function toPoll(block: ReadBlock, everyMs: number): BusPoll {
  const last = block.address + block.count - 1
  return {
    everyMs,
    what: `${TABLES[block.functionCode]} ${block.address}${block.count > 1 ? ` to ${last}` : ''}`,
    place: { table: block.functionCode, address: block.address, count: block.count },
    answerBytes: 5 + dataBytes(block),
    request: address => readRequest(Number(address), block),
  }
}
