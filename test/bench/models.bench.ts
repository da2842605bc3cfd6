/**
 * Prints how many requests a round of each model takes as it is planned, beside one request a value, and what a round costs a line of 9600 baud. The time a device takes
 * to begin its answer, which every request costs again, is not in it. Nothing is sent; asserts nothing.
 * `npm run bench -- --detail models`
 */
import { loadCatalogue } from '../../devices/catalogue.ts'
import { requestsOf } from '../../devices/model-documents.ts'
import type { BusPoll } from '../../devices/protocols/bus-speech.ts'
import { protocols } from '../../devices/protocols/index.ts'

/** Bits of a byte on a line of 8N1. */
const BITS = 10
const BAUD = 9600
/** Modbus over Serial Line V1.02 § 2.5.1.1: frames are apart by at least 3.5 characters; once before the request, once before the answer. */
const QUIET_BYTES = 7
/** Address, function, address, count, check sum. */
const REQUEST_BYTES = 8
/** Of an answer to one value of two registers: address, function, count, data, check sum. */
const ONE_VALUE_BYTES = 9

const catalogue = await loadCatalogue()
const asked = [...catalogue.models()].flatMap(({ model }) => {
  const requests = requestsOf(model)
  const polls = protocols.find(each => each.id === model.protocol)?.bus?.polls(model) ?? []
  return requests ? [{ id: model.id, ...requests, plannedMs: lineMs(polls), singlyMs: requests.values * onLine(ONE_VALUE_BYTES) }] : []
})
for (const { id, all, values, plannedMs, singlyMs } of asked) {
  const [requests, ones] = [all, values].map(count => count.toString().padStart(3))
  console.log(
    `${id.padEnd(28)} ${requests} requests, ${ones} one a value   ${Math.round(plannedMs).toString().padStart(5)} ms, ${Math.round(singlyMs).toString().padStart(5)} ms of a line at ${BAUD} baud`,
  )
}
const total = asked.reduce(
  (sum, each) => ({
    all: sum.all + each.all,
    values: sum.values + each.values,
    plannedMs: sum.plannedMs + each.plannedMs,
    singlyMs: sum.singlyMs + each.singlyMs,
  }),
  {
    all: 0,
    values: 0,
    plannedMs: 0,
    singlyMs: 0,
  },
)
console.log(
  `${`${asked.length} models`.padEnd(28)} ${total.all} requests beside ${total.values}: ${(total.values / total.all).toFixed(1)} times fewer; ${(total.singlyMs / total.plannedMs).toFixed(1)} times less of the line`,
)

function lineMs(polls: readonly BusPoll[]): number {
  return polls.flatMap(poll => [poll, ...(poll.beside ?? [])]).reduce((sum, poll) => sum + onLine(poll.answerBytes), 0)
}

function onLine(answerBytes: number): number {
  return ((REQUEST_BYTES + answerBytes + QUIET_BYTES) * BITS * 1000) / BAUD
}
