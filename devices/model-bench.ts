import type { Catalogue, ModelEntry } from '../gateway/model/device.ts'
import type { LineSpeed, ModelBench, ModelFindings, ModelSheet, OrderRow, PlacedProblem, PollPlan } from '../gateway/model/model-bench.ts'
import { plannedPolls, utilisationOf } from './line-plan.ts'
import { readOwnProtoFiles, readProtoFiles } from './model-folder.ts'
import { type ModelSource, readModelSource } from './model-source.ts'
import type { BusCommand } from './protocols/bus-speech.ts'
import { protocols } from './protocols/index.ts'
import type { ModelFiles, Protocol } from './protocols/protocol.ts'
import { reviewModel } from './review-model.ts'

/** An address that every protocol that is asked has: requests to any other are as long. */
const ANY_ADDRESS = '1'

/** Looks at models, and at texts that may become some, with what comes with Citygate and the files a city's models may name. Pure once it is made. */
class CatalogueBench implements ModelBench {
  readonly #catalogue: Catalogue
  readonly #files: ModelFiles

  constructor(catalogue: Catalogue, files: ModelFiles) {
    this.#catalogue = catalogue
    this.#files = files
  }

  sheet({ model }: Pick<ModelEntry, 'model'>, speed: LineSpeed): ModelSheet {
    const protocol = protocols.find(each => each.id === model.protocol)
    return {
      points: protocol?.rows(model) ?? [],
      orders: (protocol?.bus?.commands?.(model) ?? []).map(orderRow),
      ...(protocol?.bus && { plan: pollPlan(protocol.bus, model, speed) }),
    }
  }

  check(source: string): ModelFindings {
    const read = readModelSource(source)
    if (!('model' in read)) return { problems: read, warnings: [] }
    const found = reviewModel(read, this.#files)
    return found.entry ? { ...found, warnings: [...this.#taken(read), ...found.warnings] } : found
  }

  /** Two models of one id are not loaded; a city's own file may be the one that is written anew. */
  #taken({ model, placed }: ModelSource): PlacedProblem[] {
    if (this.#catalogue.model(model.id)?.file?.builtIn !== true) return []
    return [placed({ path: ['model'], message: `a model "${model.id}" comes with Citygate: expected an id of its own` })]
  }
}

/** The bench of a gateway that loads these folders beside its own models. Throws `MODEL_INVALID` when one cannot be read. */
export async function openModelBench(catalogue: Catalogue, folders: readonly string[] = []): Promise<ModelBench> {
  const files = await Promise.all([readOwnProtoFiles(), ...folders.map(readProtoFiles)])
  return new CatalogueBench(catalogue, new Map(files.flatMap(each => [...each])))
}

function pollPlan(bus: NonNullable<Protocol['bus']>, model: ModelEntry['model'], speed: LineSpeed): PollPlan {
  const pauseMs = bus.pauseMs(model)
  const polls = plannedPolls({ polls: bus.polls(model), address: ANY_ADDRESS, pauseMs }, speed)
  return { polls, pauseMs, utilisation: utilisationOf(polls) }
}

function orderRow({ name, title, value }: BusCommand): OrderRow {
  return {
    name,
    title,
    ...(value?.unit !== undefined && { unit: value.unit }),
    ...(value?.range && { range: value.range }),
    ...(value?.values && { values: value.values }),
  }
}
