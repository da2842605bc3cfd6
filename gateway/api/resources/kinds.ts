import { z } from 'zod'
import { fieldType, type Kind } from '../../model/kind.ts'
import type { ApiSources } from '../options.ts'
import { idParameter } from '../parameters.ts'
import { Problem } from '../problem.ts'
import { type Route, route } from '../route.ts'
import { KindSchema } from '../schemas.ts'

/** What things are and measure. */
export function kindRoutes({ catalogue }: ApiSources): readonly Route[] {
  return [
    route({
      method: 'get',
      path: '/api/v1/kinds',
      id: 'listKinds',
      tag: 'Kinds and models',
      summary: 'All kinds with their fields, units and plausible ranges',
      for: 'read',
      caching: 'revalidate',
      response: z.object({ kinds: z.array(KindSchema) }).meta({ id: 'KindList' }),
      handle: () => ({ kinds: [...catalogue.kinds()].map(kindJson) }),
    }),
    route({
      method: 'get',
      path: '/api/v1/kinds/{kind}',
      id: 'getKind',
      tag: 'Kinds and models',
      summary: 'One kind',
      for: 'read',
      caching: 'revalidate',
      problems: [404],
      params: z.object({ kind: idParameter('A kind’s id, such as `bus`.') }),
      response: KindSchema,
      handle: ({ params }) => {
        const kind = catalogue.kind(params.kind)
        if (kind === undefined) throw new Problem(404, 'KIND_UNKNOWN', `There is no kind “${params.kind}”; /api/v1/kinds lists them.`)
        return kindJson(kind)
      },
    }),
  ]
}

function kindJson(kind: Kind): z.input<typeof KindSchema> {
  const fields: z.input<typeof KindSchema>['fields'] = {}
  for (const [name, field] of Object.entries(kind.fields)) {
    fields[name] = {
      type: fieldType(field),
      ...(field.unit !== undefined && { unit: field.unit }),
      ...(field.range && { range: [field.range[0], field.range[1]] }),
      ...(field.integer && { integer: field.integer }),
      ...(field.counter && { counter: field.counter }),
      ...(field.circular && { circular: field.circular }),
      ...(field.alarm && { alarm: field.alarm }),
      title: { ...field.title },
    }
  }
  return { id: kind.id, title: { ...kind.title }, moves: kind.moves, staleAfterSeconds: kind.staleAfterSeconds, fields }
}
