import { z } from 'zod'
import type { Catalogue, Model, ModelEntry } from '../../model/device.ts'
import type { ApiSources } from '../options.ts'
import { idParameter } from '../parameters.ts'
import { Problem } from '../problem.ts'
import { type Route, route } from '../route.ts'
import { ListedModelSchema, ModelSchema } from '../schemas.ts'
import { Scope } from '../scope.ts'
import { inTurns } from '../turns.ts'

/** Products on the market, with how their bytes become a kind's fields. */
export function modelRoutes(sources: ApiSources): readonly Route[] {
  const { catalogue } = sources
  return [
    route({
      method: 'get',
      path: '/api/v1/models',
      id: 'listModels',
      tag: 'Kinds and models',
      summary: 'All models with their mappings and where these come from',
      for: 'read',
      caching: 'revalidate',
      response: z.object({ models: z.array(ListedModelSchema) }).meta({ id: 'ModelList' }),
      handle: async ({ asker }) => {
        const counts = new Map<string, number>()
        for await (const { device } of inTurns(new Scope(asker, sources).devices())) counts.set(device.model, (counts.get(device.model) ?? 0) + 1)
        return { models: [...catalogue.models()].map(({ model }) => ({ ...modelJson(model), devices: counts.get(model.id) ?? 0 })) }
      },
    }),
    route({
      method: 'get',
      path: '/api/v1/models/{model}',
      id: 'getModel',
      tag: 'Kinds and models',
      summary: 'One model',
      for: 'read',
      caching: 'revalidate',
      problems: [404],
      params: z.object({ model: idParameter('A model’s id, such as `eastron-sdm630`.') }),
      response: ModelSchema,
      handle: ({ params }) => modelJson(knownModel(catalogue, params.model).model),
    }),
  ]
}

/** Throws `MODEL_UNKNOWN` (404) where there is none of this id. */
export function knownModel(catalogue: Catalogue, id: string): ModelEntry {
  const entry = catalogue.model(id)
  if (entry === undefined) throw new Problem(404, 'MODEL_UNKNOWN', `There is no model “${id}”; /api/v1/models lists them.`)
  return entry
}

/** Named one by one: what a loader adds to a model is not thereby published. */
function modelJson(model: Model): z.input<typeof ModelSchema> {
  const { id, maker, title, kind, protocol, source, verified, mapping } = model
  return { id, maker, title: { en: title.en, zh: title.zh }, kind, protocol, source, verified, mapping: mapping ?? null }
}
