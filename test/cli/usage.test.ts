import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import packageJson from '../../package.json' with { type: 'json' }
import { commandLine } from './run-citygate.ts'

const { folder, run } = commandLine()

test.each([
  ['serve'],
  ['demo'],
  ['simulate'],
  ['dtu', 'list'],
  ['dtu', 'probe'],
  ['dtu', 'adopt'],
  ['dtu', 'simulate'],
  ['device', 'add'],
  ['device', 'list'],
  ['device', 'remove'],
  ['token', 'add'],
  ['token', 'list'],
  ['token', 'remove'],
  ['model', 'check'],
  ['model', 'list'],
  ['model', 'show'],
  ['model', 'new'],
  ['decode'],
  ['account'],
  ['command'],
  ['modbus', 'plan'],
  ['modbus', 'scan'],
  ['modbus', 'read'],
  ['modbus', 'write'],
  ['modbus', 'watch'],
  ['journal', 'inspect'],
  ['journal', 'verify'],
  ['journal', 'tail'],
  ['journal', 'redecode'],
  ['config'],
  ['doctor'],
])('citygate %s %s has help with an example', async (...words) => {
  const command = words.filter(word => word !== undefined)
  const help = await run([...command, '--help'])
  expect(help).toMatchObject({ code: 0, stderr: '' })
  expect(help.stdout).toContain(`Usage: citygate ${command.join(' ')}`)
  expect(help.stdout).toMatch(/Examples?:\n {2}\S*citygate /)
})

test('citygate --help names every command, --version the version', async () => {
  const { stdout, code } = await run(['--help'])
  expect(code).toBe(0)
  for (const command of ['serve', 'demo', 'simulate', 'device', 'token', 'model', 'decode', 'journal', 'account', 'command', 'modbus', 'config', 'doctor'])
    expect(stdout).toMatch(new RegExp(`^ {2}${command} `, 'm'))
  expect(await run(['--version'])).toMatchObject({ code: 0, stdout: `${packageJson.version}\n` })
})

test.each([
  [['serv'], "unknown command 'serv'", 'serve'],
  [['device', 'ad'], "unknown command 'ad'", 'add'],
  [['serve', '--htpp', '1'], "unknown option '--htpp'", '--http'],
  [['device', 'list', '--jsn'], "unknown option '--jsn'", '--json'],
  [['device', 'add', '--id', 'x'], "required option '--model <MODEL>' not specified", '--help'],
  [['serve', 'now'], 'too many arguments', '--help'],
  [['demo', '--buses', 'many'], 'Expected a whole number.', '--help'],
])('a wrong call (%j) is told so with what was meant, and exits with 2', async (args, expected, meant) => {
  const refused = await run(args)
  expect(refused).toMatchObject({ code: 2, stdout: '' })
  expect(refused.stderr).toContain(expected)
  expect(refused.stderr).toContain(meant)
})

test('errors are one line with a code; --verbose adds the stack', async () => {
  const args = ['serve', '--mqtt', '99999']
  const short = await run(args)
  expect(short).toMatchObject({
    code: 1,
    stdout: '',
    stderr: expect.stringMatching(/^CONFIG_INVALID: one problem in the configuration:\n {2}--mqtt: '99999': expected a whole number/),
  })
  expect(short.stderr).not.toContain('    at ')
  expect((await run([...args, '--verbose'])).stderr).toContain('    at ')
})

test('citygate config prints every value and where it comes from, without the secret', async () => {
  const cwd = folder()
  writeFileSync(join(cwd, 'citygate.yaml'), 'influx:\n  username: citygate\n  password: hidden-one\n')
  const { stdout, code } = await run(['config', '--http', '9000'], { cwd, env: { CITYGATE_MQTT: '1884' } })
  expect(code).toBe(0)
  expect(stdout).toMatch(/^http\.port +9000 +--http$/m)
  expect(stdout).toMatch(/^mqtt\.port +1884 +CITYGATE_MQTT$/m)
  expect(stdout).toMatch(/^influx\.password +\*\*\* +citygate\.yaml:3$/m)
  expect(stdout).not.toContain('hidden-one')
})
