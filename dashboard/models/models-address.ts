import { withWords } from '../shell/address.ts'
import type { ListedModel } from './model-types.ts'

/** Which models the page shows, as its address says it. Empty: no matter. */
export interface ModelsView {
  readonly text: string
  readonly kind: string
  readonly protocol: string
  readonly maker: string
  /** Only those that some device has. */
  readonly used: boolean
}

export function modelsViewFrom(parameters: URLSearchParams): ModelsView {
  const of = (name: string): string => parameters.get(name) ?? ''
  return { text: of('text'), kind: of('kind'), protocol: of('protocol'), maker: of('maker'), used: of('used') === '1' }
}

/** The address with this view in it; what is no matter is left out. */
export function withModelsView(parameters: URLSearchParams, view: ModelsView): URLSearchParams {
  return withWords(parameters, { ...view, used: view.used ? '1' : '' })
}

/** Those of the view. Every word of the text must be in id, title, maker or source. */
export function shownModels(models: readonly ListedModel[], { text, kind, protocol, maker, used }: ModelsView): readonly ListedModel[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  return models
    .filter(model => {
      if ((kind !== '' && model.kind !== kind) || (protocol !== '' && model.protocol !== protocol) || (maker !== '' && model.maker !== maker)) return false
      if (used && model.devices === 0) return false
      const said = [model.id, model.title.en, model.title.zh, model.maker, model.source].join('\n').toLowerCase()
      return words.every(word => said.includes(word))
    })
    .sort((a, b) => b.devices - a.devices || a.id.localeCompare(b.id))
}

/** Speeds that lines have, baud. */
export const bauds = [1_200, 2_400, 4_800, 9_600, 19_200, 38_400, 57_600, 115_200] as const

/** The speed a plan is shown for. */
export function baudFrom(parameters: URLSearchParams): number {
  const wanted = Number(parameters.get('baud'))
  return bauds.find(baud => baud === wanted) ?? 9_600
}
