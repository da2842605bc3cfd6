import { z } from 'zod'
import type { DeviceDirectory } from '../../model/device.ts'
import type { LinePolls } from '../../model/line.ts'
import { LineSight } from '../line-sight.ts'
import { baudParameter, PlannedPollSchema } from '../model-schemas.ts'
import type { ApiSources } from '../options.ts'
import { Problem } from '../problem.ts'
import { type Route, route } from '../route.ts'

const count = z.int()

const LineSchema = z
  .object({
    url: z.string().meta({ example: 'serial:///dev/ttyUSB0?baud=9600&parity=none&bits=8&stop=1' }),
    connected: z.boolean(),
    devices: count,
    silent: count.meta({ description: 'Devices whose last request went without an answer. They are probed until they answer.' }),
    requests: count,
    answers: count,
    exceptions: count.meta({ description: 'Answers of a device that refuses.' }),
    timeouts: count,
    strays: count.meta({ description: 'Bytes nobody waited for: late answers, frames of others, junk.' }),
    disconnects: count,
    missed: count.meta({ description: 'Reads left out because the line was too busy or the device was silent.' }),
    utilisation: z.number().meta({ description: 'Part of the time the line was in use over the last minute, 0 to 1.' }),
    slipP50Ms: z.number().meta({ description: 'How long after they were due half of the last thousand reads were asked at most.' }),
    slipP99Ms: z.number(),
    unsynced: count.meta({ description: 'Answers on their way to the disk.' }),
    notKept: count.meta({ description: 'Answers the journal did not take; their devices are asked again.' }),
    paused: z.boolean().meta({ description: 'Reads nothing because the journal takes nothing.' }),
  })
  .meta({ id: 'Line', description: 'A line that devices share. Counts are since the gateway was started.' })

const LinePlanSchema = z
  .object({
    url: z.string(),
    baud: count.meta({ description: 'The speed it is reckoned for.' }),
    known: z.boolean().meta({ description: 'That is the line’s own speed. False: its speed is not known, or it has none, as on a network.' }),
    utilisation: z.number().meta({ description: 'Part of the line’s time that all of it takes, as planned; above 1 it can not be done.' }),
    models: z.array(
      z.object({
        model: z.string(),
        polls: z.array(PlannedPollSchema).meta({ description: 'What each device of it is asked.' }),
        utilisation: z.number().meta({ description: 'Of one device.' }),
        devices: z.array(
          z.object({
            device: z.string(),
            name: z.string().optional(),
            address: z.string().meta({ description: 'The Modbus unit, or the address printed on the meter.' }),
            silent: z.boolean().meta({ description: 'Its last request went without an answer.' }),
          }),
        ),
      }),
    ),
  })
  .meta({ id: 'LinePlan', description: 'What is asked on a line, and what that takes of its time.' })

/** The lines on which devices are asked. */
export function lineRoutes({ directory, lines }: ApiSources): readonly Route[] {
  const sight = new LineSight(directory)
  return [
    route({
      method: 'get',
      path: '/api/v1/lines',
      id: 'listLines',
      tag: 'Operation',
      summary: 'The lines that devices share, and how busy they are',
      description: 'Those whose devices you maintain, all of them: the figures of a line are of all its devices together.',
      for: 'maintain',
      caching: 'no-store',
      response: z.object({ lines: z.array(LineSchema) }).meta({ id: 'Lines' }),
      handle: ({ asker }) => ({
        lines: lines
          .lines()
          .filter(({ url }) => sight.sees(asker, url))
          .map(line => ({ ...line })),
      }),
    }),
    route({
      method: 'get',
      path: '/api/v1/lines/plan',
      id: 'getLinePlan',
      tag: 'Operation',
      summary: 'What is asked on a line, how often, and what that takes of its time',
      description: 'As reckoned from the models of its devices. Of a line whose speed is not known, it is reckoned for `baud`.',
      for: 'maintain',
      caching: 'no-store',
      problems: [404],
      query: z.object({
        url: z.string().max(512, 'is longer than 512').meta({ description: 'As the list of lines has it.', example: 'modbus-tcp://10.0.0.5:502' }),
        baud: baudParameter,
      }),
      response: LinePlanSchema,
      handle: ({ query: { url, baud }, asker }) => {
        const plan = sight.sees(asker, url) ? lines.polls(url, { baud }) : undefined
        if (!plan) throw new Problem(404, 'LINE_UNKNOWN', 'There is no such line, or not all of its devices are yours to maintain.')
        return linePlanJson(url, plan, directory)
      },
    }),
  ]
}

function linePlanJson(url: string, { speed, isKnown, models, utilisation }: LinePolls, directory: DeviceDirectory): z.input<typeof LinePlanSchema> {
  return {
    url,
    baud: speed.baud ?? 0,
    known: isKnown,
    utilisation,
    models: models.map(({ model, polls, utilisation: ofOne, devices }) => ({
      model,
      polls: polls.map(poll => ({ ...poll })),
      utilisation: ofOne,
      devices: devices.map(({ device, address, silent }) => {
        const name = directory.get(device)?.name
        return { device, ...(name !== undefined && { name }), address, silent }
      }),
    })),
  }
}
