/** Where a gateway that is up can be found. */
export interface Whereabouts {
  readonly http: string
  readonly mqtt: string
  /** Further ways in, by name, such as `jt808`. */
  readonly others: Readonly<Record<string, string>>
  /** The folder that holds all it keeps. */
  readonly data: string
  /** What whoever may sign in first must know; undefined where people are there already. */
  readonly invitation: string | undefined
}

/** What the one who started it reads. */
export function greeting({ http, mqtt, others, data, invitation }: Whereabouts): string {
  const further = Object.entries(others).map(([name, url]) => `    ${name.padEnd(10)}${url}\n`)
  return `
  Citygate is up.

    Map       ${http}
    API       ${http}/api/v1/docs
    MQTT      ${mqtt}
${further.join('')}    Data      ${data}

  Ctrl-C stops it; what was acknowledged is on disk.
${invitation === undefined ? '' : `\n${invitation}\n`}`
}
