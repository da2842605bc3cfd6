import type { z } from 'zod'
import type { Model } from '../../gateway/model/device.ts'
import { GatewayError } from '../../gateway/model/errors.ts'

/** One mistake in a model's mapping: where, as keys and indexes from the mapping's root, and what was expected there. */
export interface MappingProblem {
  readonly path: readonly (string | number)[]
  readonly message: string
}

/** What `Protocol.compile` throws. Whoever read the model from a file turns the paths into lines. */
export class MappingError extends GatewayError {
  readonly problems: readonly MappingProblem[]

  constructor(model: Model, problems: readonly MappingProblem[]) {
    super('MODEL_INVALID', `model "${model.id}": ${problems.map(problem => `${pathText(problem.path)}: ${problem.message}`).join('; ')}`)
    this.problems = problems
  }
}

/** `points[3].address`, as people write it. */
export function pathText(path: readonly (string | number)[]): string {
  if (path.length === 0) return 'the model'
  return path.map((step, index) => (typeof step === 'number' ? `[${step}]` : index === 0 ? step : `.${step}`)).join('')
}

/** The problems that a schema found, in the same form. */
export function schemaProblems(error: z.ZodError): MappingProblem[] {
  return error.issues.flatMap(issue => {
    const path = issue.path.map(step => (typeof step === 'number' ? step : String(step)))
    if (issue.code !== 'unrecognized_keys') return [{ path, message: issue.message }]
    return issue.keys.map(key => ({ path: [...path, key], message: `unknown key "${key}"` }))
  })
}
