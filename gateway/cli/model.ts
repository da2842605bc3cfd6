import { type Command, Option } from 'commander'
import { loadCatalogue } from '../../devices/catalogue.ts'
import { checkModelFile } from '../../devices/check-model.ts'
import { closest } from '../config/closest.ts'
import { loadConfig } from '../config/config.ts'
import { terminalLanguage } from '../config/language.ts'
import type { Catalogue } from '../model/device.ts'
import { GatewayError } from '../model/errors.ts'
import { addConfigOptions, configOptions } from './config-options.ts'
import { registerNew } from './model-new.ts'
import { type Language, modelJson, modelList, modelText, reportText } from './model-text.ts'

interface ListFlags {
  readonly kind?: string
  readonly protocol?: string
  readonly json?: true
  readonly lang: Language
}

/** `citygate model check|list|show|new`. */
export function register(program: Command): void {
  const model = program.command('model').description('the products that can be spoken to: check a register map, look models up, begin a new one')
  registerCheck(model)
  registerList(model)
  registerShow(model)
  registerNew(model)
}

function registerCheck(model: Command): void {
  const command = model
    .command('check')
    .description(
      'tell all that is wrong with a model, with file, line and what was expected; what is odd in it; and the requests it will send. Exit code 1 when it cannot be used',
    )
    .argument('<file...>', 'the model’s JSON')
    .option('--json', 'one JSON object a file, for scripts')
    .addOption(language())
    .addHelpText('after', '\nExample:\n  citygate model check models/acme-em3.json')
  command.action(async (files: readonly string[], flags: Pick<ListFlags, 'json' | 'lang'>) => {
    for (const file of files) {
      const report = await checkModelFile(file)
      const { problems, warnings, entry } = report
      if (problems.length > 0) process.exitCode = 1
      if (flags.json) console.log(JSON.stringify({ file, ok: problems.length === 0, problems, warnings, ...(entry && { model: modelJson(entry) }) }))
      else console.log(reportText(report, flags.lang))
    }
  })
}

function registerList(model: Command): void {
  const command = model
    .command('list')
    .description('show the models there are')
    .option('--kind <KIND>', 'only of this kind, such as electricity-meter')
    .option('--protocol <PROTOCOL>', 'only of this protocol, such as modbus')
    .option('--json', 'one JSON array, for scripts')
    .addOption(language())
    .addHelpText('after', '\nExamples:\n  citygate model list --kind electricity-meter\n  citygate model list --protocol modbus --json')
  addConfigOptions(command, ['models']).action(async (flags: ListFlags) => {
    const catalogue = await loadCatalogue({ folders: loadConfig(configOptions(command)).models })
    const found = [...catalogue.models()].filter(
      entry => (flags.kind === undefined || entry.kind.id === flags.kind) && (flags.protocol === undefined || entry.model.protocol === flags.protocol),
    )
    if (flags.json) console.log(JSON.stringify(found.map(modelJson)))
    else console.log(found.length > 0 ? modelList(found, flags.lang) : flags.lang === 'zh' ? '没有型号' : 'no models')
  })
}

function registerShow(model: Command): void {
  const command = model
    .command('show')
    .description('show one model: what it maps, and the requests it sends')
    .argument('<id>', 'which')
    .option('--json', 'one JSON object, for scripts')
    .addOption(language())
    .addHelpText('after', '\nExample:\n  citygate model show eastron-sdm630')
  addConfigOptions(command, ['models']).action(async (id: string, flags: ListFlags) => {
    const catalogue = await loadCatalogue({ folders: loadConfig(configOptions(command)).models })
    const entry = catalogue.model(id)
    if (!entry) throw new GatewayError('MODEL_INVALID', `there is no model '${id}'${meant(id, catalogue)}`)
    console.log(flags.json ? JSON.stringify(modelJson(entry)) : modelText(entry, flags.lang))
  })
}

function meant(id: string, catalogue: Catalogue): string {
  const near = closest(
    id,
    [...catalogue.models()].map(({ model }) => model.id),
  )
  return near === undefined ? '; citygate model list shows those there are' : `; did you mean ${near}?`
}

function language(): Option {
  return new Option('--lang <LANG>', 'the language of the text').choices(['zh', 'en']).default(terminalLanguage())
}
