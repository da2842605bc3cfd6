/** What became of a list of devices, or would. */
export interface TakenList {
  readonly written: boolean
  readonly rows: number
  readonly added: number
  readonly changed: number
  readonly unchanged: number
  /** With the line each; the first hundred. */
  readonly problems: readonly string[]
  readonly problemCount: number
  readonly secrets: readonly { readonly id: string; readonly secret: string }[]
}

/** A file as it was read: a list, or what is wrong with it. */
export type ReadList = { readonly list: string; readonly problem?: undefined } | { readonly list?: undefined; readonly problem: 'tooLarge' | 'unreadable' }

/** The gateway takes bodies of 100 kB; what JSON adds to a list must fit too. */
const mostBytes = 90_000

/** Reads a CSV file. A mark of byte order, as spreadsheets write it, is left out. */
export async function readList(file: Blob): Promise<ReadList> {
  if (file.size > mostBytes) return { problem: 'tooLarge' }
  try {
    return { list: new TextDecoder('utf-8', { fatal: true }).decode(await file.arrayBuffer()) }
  } catch {
    return { problem: 'unreadable' }
  }
}

/** A file with secrets, for the browser to save. It is nowhere but in the page. */
export function secretsUrl(secrets: TakenList['secrets']): string {
  return `data:text/csv;charset=utf-8,${encodeURIComponent(['id,secret', ...secrets.map(({ id, secret }) => `${id},"${secret.replaceAll('"', '""')}"`)].join('\n'))}`
}
