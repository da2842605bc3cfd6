import type { z } from 'zod'
import type { ExampleFrame, FrameQuestionProblem, ProtocolFacts } from '../../model/frame-reading.ts'
import { decodedJson } from '../decoded-json.ts'
import { DecodedFrameSchema, type ExampleSchema, FRAME_LIMIT_BYTES, ProtocolsSchema, questionSchema } from '../frame-schemas.ts'
import { givenBytes } from '../given-bytes.ts'
import type { ApiSources } from '../options.ts'
import { Problem } from '../problem.ts'
import { type Route, route } from '../route.ts'

/** What bytes mean: protocols, and single frames read for people. */
export function decodeRoutes({ frames, now }: ApiSources): readonly Route[] {
  return [
    route({
      method: 'get',
      path: '/api/v1/protocols',
      id: 'listProtocols',
      tag: 'Frames',
      summary: 'The protocols the gateway speaks, with their models and example frames',
      description: 'The examples are test vectors of the protocols; `source` says where each comes from.',
      for: 'read',
      caching: 'revalidate',
      response: ProtocolsSchema,
      handle: () => ({ protocols: frames.protocols().map(protocolJson) }),
    }),
    route({
      method: 'post',
      path: '/api/v1/decode',
      id: 'decodeFrame',
      tag: 'Frames',
      summary: 'What a frame says: readings, what it says of itself, and the meaning of each byte',
      description: `As the gateway would read it; nothing is stored. At most ${FRAME_LIMIT_BYTES} bytes. Without \`protocol\` it is recognised; without \`model\` all of the protocol are tried.`,
      for: 'read',
      caching: 'no-store',
      body: questionSchema,
      response: DecodedFrameSchema,
      handle: ({ body }) => {
        const given = givenBytes(body)
        if ('problem' in given) throw wrongField(given.field, given.problem)
        const { bytes } = given
        const receivedAt = body.receivedAt ?? now()
        const read = frames.read({ bytes, protocol: body.protocol, model: body.model, receivedAt })
        if ('wrong' in read) throw notRead(read)
        return decodedJson(read, frames.shown(bytes), receivedAt)
      },
    }),
  ]
}

function notRead({ wrong, detail }: FrameQuestionProblem): Problem {
  return wrongField(wrong === 'bytes' ? 'protocol' : wrong, detail)
}

function wrongField(field: string, problem: string): Problem {
  return new Problem(400, 'QUERY_INVALID', `The request’s “${field}” can not be used; see errors.`, { errors: [{ field, in: 'body', problem }] })
}

/** Named one by one: what a vector says of itself besides is not published. */
export function exampleJson({ name, model, hex, source, reason }: ExampleFrame): z.input<typeof ExampleSchema> {
  return { name, model, hex, source, ...(reason !== undefined && { reason }) }
}

function protocolJson({ id, title, channels, models, explains, recognises, examples }: ProtocolFacts): z.input<typeof ProtocolsSchema>['protocols'][number] {
  return {
    id,
    title: { en: title.en, zh: title.zh },
    channels: [...channels],
    models: [...models],
    explains,
    recognises,
    examples: examples.map(exampleJson),
  }
}
