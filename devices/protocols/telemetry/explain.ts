import type { Model } from '../../../gateway/model/device.ts'
import type { ExplainedPart, Explanation } from '../../../gateway/model/explanation.ts'
import type { Kind } from '../../../gateway/model/kind.ts'
import type { ModelFiles } from '../protocol.ts'
import { messageGuide } from './explain-guide.ts'
import { JsonExplainer } from './explain-json.ts'
import { unreadable } from './explain-value.ts'
import { WireExplainer } from './explain-wire.ts'

/** A payload larger than this is not told byte by byte. Bytes. */
const LARGEST_EXPLAINED = 256 * 1024

/** What each byte of a telemetry payload means: protobuf by its fields, JSON by its members, with the names of the model's .proto file and the fields of its kind. */
export function explainTelemetry(payload: Uint8Array, model: Model | undefined, kind: Kind | undefined, files: ModelFiles): Explanation {
  if (payload.length === 0) return { parts: [] }
  if (payload.length > LARGEST_EXPLAINED) {
    const problem = { en: `too long to be explained: at most ${LARGEST_EXPLAINED} bytes are`, zh: `过长，无法逐字节解读：最多 ${LARGEST_EXPLAINED} 字节` }
    return { parts: [unreadable(0, payload.length, problem)] }
  }
  const guide = messageGuide(model, kind, files)
  const isJson = payload[0] === 0x7b || payload[0] === 0x5b
  const parts = isJson ? new JsonExplainer(payload, guide).parts() : new WireExplainer(payload, guide).fields(0, payload.length)
  const message = guide && { message: guide.type.fullName.replace(/^\./, '') }
  return { parts, header: { form: isJson ? 'JSON' : 'protobuf', ...message, ...bodyOf(parts) } }
}

/** What the message is about: its first member that holds more, such as `bus`. */
function bodyOf(parts: readonly ExplainedPart[]): { readonly body?: string } {
  const [body] = parts.filter(part => part.parts?.some(inner => inner.parts !== undefined || inner.field !== undefined))
  return body ? { body: body.name.en } : {}
}
