import { z } from 'zod'
import type { ModelEntry } from '../../model/device.ts'
import type { ModelSheet, PlacedProblem } from '../../model/model-bench.ts'
import { decodedJson } from '../decoded-json.ts'
import { givenBytes } from '../given-bytes.ts'
import { baudParameter, CheckedModelSchema, MOST_PROBLEMS, ModelSheetSchema, modelQuestionSchema } from '../model-schemas.ts'
import type { ApiSources } from '../options.ts'
import { idParameter } from '../parameters.ts'
import { type Route, route } from '../route.ts'
import { exampleJson } from './decode.ts'
import { knownModel } from './models.ts'

/** Models for engineers: what one says, worked out, and texts that may become one. */
export function modelBenchRoutes({ catalogue, bench, frames, now }: ApiSources): readonly Route[] {
  return [
    route({
      method: 'post',
      path: '/api/v1/models/check',
      id: 'checkModel',
      tag: 'Kinds and models',
      summary: 'What is wrong or odd in a model that is being written, and what it would do',
      description:
        'As the gateway would read it from a file, each problem with line, column and what was expected. Of a sound one: what it maps, how it would be asked, and what a frame would say under it. Nothing is kept, and nothing changes.',
      for: 'maintain',
      caching: 'no-store',
      body: modelQuestionSchema,
      response: CheckedModelSchema,
      handle: ({ body: { source, baud, hex, text } }) => {
        const { problems, warnings, entry } = bench.check(source)
        const told = { ok: entry !== undefined, problems: problemsJson(problems), warnings: problemsJson(warnings) }
        if (entry === undefined) return told
        const { id, title, kind, protocol } = entry.model
        const model = { id, title: { ...title }, kind, protocol, file: `${id}.json` }
        return { ...told, model, sheet: sheetJson(bench.sheet(entry, { baud }), baud), ...tried(entry, { hex, text }) }
      },
    }),
    route({
      method: 'get',
      path: '/api/v1/models/{model}/sheet',
      id: 'getModelSheet',
      tag: 'Kinds and models',
      summary: 'What a model maps, how it is asked and what that takes of a line, and its JSON as it is on disk',
      for: 'maintain',
      caching: 'revalidate',
      problems: [404],
      params: z.object({ model: idParameter('A model’s id, such as `eastron-sdm630`.') }),
      query: z.object({ baud: baudParameter }),
      response: ModelSheetSchema,
      handle: ({ params, query: { baud } }) => {
        const entry = knownModel(catalogue, params.model)
        const { file } = entry
        const examples = frames.examplesOf(params.model).map(exampleJson)
        return { ...sheetJson(bench.sheet(entry, { baud }), baud), ...(file && { text: file.text }), examples, builtIn: file?.builtIn === true }
      },
    }),
  ]

  function tried(
    entry: ModelEntry,
    frame: { readonly hex: string | undefined; readonly text: string | undefined },
  ): Partial<z.input<typeof CheckedModelSchema>> {
    if (frame.hex === undefined && frame.text === undefined) return {}
    const given = givenBytes(frame)
    if ('problem' in given) return { unread: given.problem }
    const receivedAt = now()
    const read = frames.read({ bytes: given.bytes, entry, receivedAt })
    return 'wrong' in read ? { unread: read.detail } : { decoded: decodedJson(read, frames.shown(given.bytes), receivedAt) }
  }
}

function problemsJson(problems: readonly PlacedProblem[]): z.input<typeof CheckedModelSchema>['problems'] {
  return problems.slice(0, MOST_PROBLEMS).map(problem => ({ ...problem }))
}

function sheetJson({ points, orders, plan }: ModelSheet, baud: number): NonNullable<z.input<typeof CheckedModelSchema>['sheet']> {
  return {
    points: points.map(({ registers, ...point }) => ({
      ...point,
      ...(registers && {
        registers: {
          ...registers,
          parts: registers.parts.map(part => ({ ...part })),
          times: registers.times.map(each => ({ ...each })),
          invalid: [...registers.invalid],
        },
      }),
    })),
    orders: orders.map(({ title, range, values, ...order }) => ({
      ...order,
      title: { ...title },
      ...(range && { range: [range[0], range[1]] }),
      ...(values && { values: [...values] }),
    })),
    ...(plan && { plan: { baud, pauseMs: plan.pauseMs, utilisation: plan.utilisation, polls: plan.polls.map(poll => ({ ...poll })) } }),
  }
}
