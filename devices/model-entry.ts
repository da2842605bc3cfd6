import type { Decoder } from '../gateway/model/decoded.ts'
import type { Model, ModelEntry } from '../gateway/model/device.ts'
import { kinds } from './kinds/index.ts'
import { protocols } from './protocols/index.ts'
import { MappingError, type MappingProblem } from './protocols/mapping-error.ts'
import type { ModelFiles } from './protocols/protocol.ts'

/** Makes a model ready to be spoken, or says what is wrong with it. */
export function makeEntry(model: Model, files: ModelFiles): ModelEntry | MappingProblem[] {
  const kind = kinds.find(each => each.id === model.kind)
  const protocol = protocols.find(each => each.id === model.protocol)
  if (!kind) return [{ path: ['kind'], message: `expected one of ${kinds.map(each => each.id).join(', ')}` }]
  if (!protocol) return [{ path: ['protocol'], message: `expected one of ${protocols.map(each => each.id).join(', ')}` }]
  try {
    const decoder: Decoder = protocol.compile(model, kind, files)
    const channels = new Set(protocol.channels)
    return {
      model,
      kind,
      decoderFor: channel => (channels.has(channel) ? decoder : undefined),
      explain: payload => protocol.explain?.(payload, model, kind, files),
    }
  } catch (error) {
    if (error instanceof MappingError) return [...error.problems]
    throw error
  }
}
