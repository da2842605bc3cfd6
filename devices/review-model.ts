import type { ModelFindings } from '../gateway/model/model-bench.ts'
import { makeEntry } from './model-entry.ts'
import type { ModelSource } from './model-source.ts'
import { protocols } from './protocols/index.ts'
import type { ModelFiles } from './protocols/protocol.ts'

/** All that is wrong or odd in a model that was read; `files` are those its mapping may name. */
export function reviewModel({ model, placed }: ModelSource, files: ModelFiles): ModelFindings {
  const entry = makeEntry(model, files)
  if (Array.isArray(entry)) return { problems: entry.map(placed), warnings: [] }
  const review = protocols.find(each => each.id === model.protocol)?.review?.(model, entry.kind) ?? []
  return { problems: [], warnings: review.map(placed), entry }
}
