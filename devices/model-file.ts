import type { Model } from '../gateway/model/device.ts'
import type { PlacedProblem } from '../gateway/model/model-bench.ts'
import { readModelSource } from './model-source.ts'
import type { MappingProblem } from './protocols/mapping-error.ts'

/** A model file that was read: the model, and how to say where in the file something is. */
export interface ModelFile {
  readonly model: Model
  /** `devices/models/x.json:12: points[0].address: expected …` */
  readonly say: (problem: MappingProblem) => string
}

/** Reads a model from its file's text. Answers the problems, each with file and line, when it is no model. */
export function readModelFile(file: string, source: string): ModelFile | readonly string[] {
  const read = readModelSource(source)
  if (!('model' in read)) return read.map(problem => problemText(file, problem))
  return { model: read.model, say: problem => problemText(file, read.placed(problem)) }
}

/** A problem as a line of text that editors and terminals know how to open. */
export function problemText(file: string, { line, path, message }: PlacedProblem): string {
  return `${file}:${line}: ${path === undefined ? '' : `${path}: `}${message}`
}
