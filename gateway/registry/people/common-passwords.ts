import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { z } from 'zod'

/** The 49,000 that stood most often in lists of stolen passwords, collected by zxcvbn-ts (MIT). Read from the package's own source: as code it takes ten times as long to load. */
const list = '@zxcvbn-ts/language-common/src/passwords.json'

/** What no list of others has, and people here would try. */
const ours = ['citygate', 'shanghai', 'pudong', 'passwort', 'changeme', 'woaini', '5201314', 'smartcity']

/** What people choose most, read when somebody first chooses a password: few do, and it takes four megabytes. */
export class CommonPasswords {
  #words: Promise<ReadonlySet<string>> | undefined

  async words(): Promise<ReadonlySet<string>> {
    this.#words ??= read().catch((error: unknown) => {
      this.#words = undefined
      throw error
    })
    return await this.#words
  }
}

async function read(): Promise<ReadonlySet<string>> {
  const text = await readFile(createRequire(import.meta.url).resolve(list), 'utf8')
  return new Set([...z.array(z.string()).parse(JSON.parse(text)), ...ours])
}
