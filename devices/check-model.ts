import { readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { ModelEntry } from '../gateway/model/device.ts'
import { GatewayError } from '../gateway/model/errors.ts'
import { problemText } from './model-file.ts'
import { readOwnProtoFiles, readProtoFiles } from './model-folder.ts'
import { readModelSource } from './model-source.ts'
import { reviewModel } from './review-model.ts'

/** What was found in a model's file. */
export interface ModelReport {
  readonly file: string
  /** Each with file and line and what was expected. With one of these the gateway does not start. */
  readonly problems: readonly string[]
  /** What is allowed and hardly meant, in the same form. */
  readonly warnings: readonly string[]
  /** The model, when there are no problems. */
  readonly entry?: ModelEntry
}

/** Reads one model's file as the gateway would, and tells all that is wrong or odd in it. Throws `MODEL_INVALID` when the file itself cannot be read. */
export async function checkModelFile(file: string): Promise<ModelReport> {
  const source = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new GatewayError('MODEL_INVALID', `${file} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`, { cause })
  })
  const read = readModelSource(source)
  if (!('model' in read)) return { file, problems: read.map(each => problemText(file, each)), warnings: [] }
  // Only a model that names a .proto needs the files beside it: a model may lie in a folder full of other things.
  const files =
    read.model.protocol === 'telemetry' ? new Map([...(await readOwnProtoFiles()), ...(await readProtoFiles(dirname(file)))]) : new Map<string, string>()
  const { problems, warnings, entry } = reviewModel(read, files)
  return { file, problems: problems.map(each => problemText(file, each)), warnings: warnings.map(each => problemText(file, each)), ...(entry && { entry }) }
}
