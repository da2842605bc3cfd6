import type { Command } from 'commander'
import { type Config, loadConfig } from '../config/config.ts'
import { terminalLanguage } from '../config/language.ts'
import { GatewayError } from '../model/errors.ts'
import { addConfigOptions, configOptions } from './config-options.ts'
import { checkCertificates } from './doctor-certificates.ts'
import type { Finding } from './doctor-finding.ts'
import { checkClock, checkDataFolder, checkModels, checkNode, checkRegistry } from './doctor-machine.ts'
import { checkInflux, checkPorts } from './doctor-network.ts'
import { checkProvider } from './doctor-provider.ts'

/** `citygate doctor`: whether the gateway can run here, or how the one that runs is. */
export function register(program: Command): void {
  const command = program
    .command('doctor')
    .description('check this machine and the configuration: a line each with advice. Exit code 1 when anything has to be done')
    .option('--json', 'one JSON object, for scripts')
    .addHelpText(
      'after',
      `
Examples:
  citygate doctor
  LANG=zh_CN.UTF-8 citygate doctor --config /etc/citygate/citygate.yaml`,
    )
  addConfigOptions(command).action(async (flags: { readonly json?: true }) => {
    const language = terminalLanguage()
    const findings = await lookAround(() => loadConfig(configOptions(command)))
    const ok = findings.every(finding => finding.ok)
    if (flags.json) console.log(JSON.stringify({ ok, checks: findings.map(finding => plain(finding, language)) }))
    else for (const finding of findings) console.log(lineOf(finding, language))
    process.exitCode = ok ? 0 : 1
  })
}

/** All looks, in order. Without a configuration, only what needs none. */
async function lookAround(load: () => Config): Promise<readonly Finding[]> {
  const name = { en: 'configuration', zh: '配置' }
  let config: Config
  try {
    config = load()
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error
    const advice = { en: 'correct it; docs/configuration.md has every setting', zh: '请改正；各项设置见 docs/configuration.md' }
    return [checkNode(), { name, ok: false, found: { en: error.message, zh: error.message }, advice }]
  }
  const valid: Finding = { name, ok: true, found: { en: 'valid', zh: '有效' } }
  const ports = await checkPorts(config)
  const influx = config.series.store === 'influx' ? [await checkInflux(config.influx.url)] : []
  return [
    checkNode(),
    valid,
    ...checkDataFolder(config),
    await checkRegistry(config),
    await checkModels(config),
    ...(await checkCertificates(config)),
    ...ports,
    ...influx.map(one => one.finding),
    ...(await checkProvider(config)),
    checkClock(influx[0]?.clock),
  ]
}

function plain(finding: Finding, language: 'en' | 'zh'): object {
  return { name: finding.name.en, ok: finding.ok, found: finding.found[language], ...(finding.advice && { advice: finding.advice[language] }) }
}

function lineOf(finding: Finding, language: 'en' | 'zh'): string {
  const indented = (text: string): string => text.replaceAll('\n', '\n  ')
  const advice = finding.advice ? `\n  → ${indented(finding.advice[language])}` : ''
  return `${finding.ok ? '✓' : '✗'} ${finding.name[language]}: ${indented(finding.found[language])}${advice}`
}
