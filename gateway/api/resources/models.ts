import { z } from 'zod'
import type { Model } from '../../model/device.ts'
import type { ApiSources } from '../options.ts'
import { idParameter } from '../parameters.ts'
import { Problem } from '../problem.ts'
import { type Route, route } from '../route.ts'
import { ModelSchema } from '../schemas.ts'

/** Products on the market, with how their bytes become a kind's fields. */
export function modelRoutes({ catalogue }: ApiSources): readonly Route[] {
  return [
    route({
      method: 'get',
      path: '/api/v1/models',
      id: 'listModels',
      tag: 'Kinds and models',
      summary: 'All models with their mappings and where these come from',
      for: 'read',
      caching: 'revalidate',
      response: z.object({ models: z.array(ModelSchema) }).meta({ id: 'ModelList' }),
      handle: () => ({ models: [...catalogue.models()].map(entry => modelJson(entry.model)) }),
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
      handle: ({ params }) => {
        const entry = catalogue.model(params.model)
        if (entry === undefined) throw new Problem(404, 'MODEL_UNKNOWN', `There is no model “${params.model}”; /api/v1/models lists them.`)
        return modelJson(entry.model)
      },
    }),
  ]
}

/** Named one by one: what a loader adds to a model is not thereby published. */
function modelJson(model: Model): z.input<typeof ModelSchema> {
  const { id, maker, title, kind, protocol, source, verified, mapping } = model
  return { id, maker, title: { en: title.en, zh: title.zh }, kind, protocol, source, verified, mapping: mapping ?? null }
}
