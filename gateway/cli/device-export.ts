import { writeFile } from 'node:fs/promises'
import { type Command, Option } from 'commander'
import { deviceColumns, rowOfDevice } from '../registry/enrolment/columns.ts'
import { csvLine } from '../registry/enrolment/csv-line.ts'
import { xlsxOf } from '../registry/enrolment/xlsx-of.ts'
import { addConfigOptions } from './config-options.ts'
import { addFilterOptions, type DeviceFilter, isWanted } from './device-filter.ts'
import { unwritable } from './unwritable.ts'
import { isMissing, registryKeys, withRegistry } from './with-registry.ts'

interface ExportFlags extends DeviceFilter {
  readonly out?: string
  readonly format?: 'csv' | 'xlsx'
}

/** `citygate device export`. */
export function registerExport(device: Command): void {
  const command = device
    .command('export')
    .description('write the registered devices as a list that an import takes, without secrets')
    .option('--out <FILE>', 'where to (usual: standard output)')
    .addOption(new Option('--format <FORMAT>', 'csv or xlsx (usual: as the name of --out says, csv otherwise)').choices(['csv', 'xlsx']))
    .addHelpText('after', '\nExample:\n  citygate device export --org state-grid --out meters.xlsx')
  addFilterOptions(command)
  addConfigOptions(command, registryKeys).action(async (flags: ExportFlags) => {
    const devices = isMissing(command) ? [] : await withRegistry(command, async registry => [...registry.all()].filter(one => isWanted(one, flags)))
    const rows = [deviceColumns, ...devices.map(rowOfDevice)]
    const xlsx = flags.format === 'xlsx' || (flags.format === undefined && flags.out?.toLowerCase().endsWith('.xlsx'))
    // The byte order mark makes spreadsheets read a file as UTF-8; a pipe is read by programs, which want none.
    const content = xlsx ? xlsxOf(rows, 'devices') : `${flags.out === undefined ? '' : '\ufeff'}${rows.map(csvLine).join('')}`
    if (flags.out === undefined) {
      process.stdout.write(content)
      return
    }
    try {
      await writeFile(flags.out, content)
    } catch (cause) {
      throw unwritable(flags.out, cause)
    }
    console.log(`${devices.length} devices written to ${flags.out}`)
  })
}
