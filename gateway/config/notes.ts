import { z } from 'zod'

/** What a setting is called and what it means: documentation, examples, flags, variables and error messages are made of this. */
export interface SettingNotes {
  /** One sentence or two for whoever sets it. */
  readonly about: string
  /** Completes "expected …". */
  readonly expected: string
  /** The flag's argument, in capitals. */
  readonly argument: string
  /** The flag without its dashes, when it is shorter than the key's words. The variable is named after it. */
  readonly flag?: string
  /** Never printed, and no flag: what is on a command line can be seen by everyone on the machine. */
  readonly secret?: true
  /** A folder or a file: relative ones count from the configuration file, or from the working folder. */
  readonly folder?: true
  /** Several values; a flag and a variable separate them by commas. */
  readonly list?: true
  /** In examples, where there is no default. */
  readonly example?: string
}

/** The notes on each setting of the configuration's schema. */
export const notes = z.registry<SettingNotes>()
