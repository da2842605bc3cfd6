import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { readAudit } from '../../deploy/setup/packages/advisories.ts'
import { licenceProblem } from '../../deploy/setup/packages/licences.ts'
import { type Lock, type LockedPackage, lockFindings } from '../../deploy/setup/packages/lock.ts'
import { type Sbom, sbomProblems } from '../../deploy/setup/packages/sbom.ts'

const root = join(import.meta.dirname, '..', '..')
const folder = mkdtempSync(join(tmpdir(), 'citygate-packages-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const integrity = `sha512-${'A'.repeat(86)}==`
const sound: LockedPackage = { version: '1.2.3', integrity }
const lockOf = (packages: Readonly<Record<string, LockedPackage>>): Lock => ({ lockfileVersion: 3, packages: { '': {}, ...packages } })

describe('the lock file', () => {
  it('is in order here', () => {
    expect(
      lockFindings(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')), JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'))),
    ).toMatchObject({
      problems: [],
    })
  })

  it.each<[string, object, LockedPackage, RegExp]>([
    ['a version that floats', { dependencies: { a: '^1.2.3' } }, sound, /a is \^1\.2\.3: name one version exactly/],
    ['a tag for a version', { dependencies: { a: 'latest' } }, sound, /a is latest/],
    ['a repository for a version', { dependencies: { a: 'github:someone/a' } }, sound, /a is github:someone\/a/],
    ['an override that floats', { dependencies: { a: '1.2.3' }, overrides: { b: 'npm:c@^1.0.0' } }, sound, /b is npm:c@\^1\.0\.0/],
    ['another version than is asked for', { dependencies: { a: '1.2.4' } }, sound, /package\.json names 1\.2\.4, the lock has 1\.2\.3/],
    ['no checksum', { dependencies: { a: '1.2.3' } }, { version: '1.2.3' }, /no SHA-512 checksum/],
    ['a weak checksum', { dependencies: { a: '1.2.3' } }, { ...sound, integrity: 'sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk=' }, /no SHA-512 checksum/],
    [
      'no checksum for a tool that is used here',
      { devDependencies: { a: '1.2.3' } },
      { version: '1.2.3', dev: true, optional: true, os: ['linux'], cpu: ['x64'] },
      /no SHA-512/,
    ],
    ['no checksum for what is shipped elsewhere', { dependencies: { a: '1.2.3' } }, { version: '1.2.3', optional: true, os: ['win32'] }, /no SHA-512/],
    ['another registry', { dependencies: { a: '1.2.3' } }, { ...sound, resolved: 'https://registry.example/a-1.2.3.tgz' }, /another place/],
    ['a registry that only looks alike', { dependencies: { a: '1.2.3' } }, { ...sound, resolved: 'https://registry.npmjs.org.example/a.tgz' }, /another place/],
    ['a repository', { dependencies: { a: '1.2.3' } }, { ...sound, resolved: 'git+ssh://git@github.com/someone/a.git' }, /another place/],
    ['a folder', { dependencies: { a: '1.2.3' } }, { ...sound, link: true }, /link to a folder/],
    ['a script nobody allowed', { dependencies: { a: '1.2.3' } }, { ...sound, hasInstallScript: true }, /a wants to run a script/],
    ['leave for a script that is not there', { dependencies: { a: '1.2.3' }, allowScripts: { a: true } }, sound, /allowScripts names a/],
  ])('is refused with %s', (_, manifest, locked, problem) => {
    expect(lockFindings(manifest, lockOf({ 'node_modules/a': locked })).problems).toEqual([expect.stringMatching(problem)])
  })

  it('may lack the checksum of a tool for another platform, and says how many do', () => {
    const tool = { version: '1.2.3', dev: true, optional: true }
    const packages = {
      'node_modules/a': { ...tool, os: ['win32'] },
      'node_modules/b': { ...tool, cpu: ['s390x'] },
      'node_modules/c': { ...tool, libc: ['musl'] },
    }
    expect(lockFindings({}, lockOf(packages))).toEqual({ problems: [], withoutChecksum: 3 })
  })
})

describe('licences', () => {
  it.each([
    ['MIT', true],
    ['(MIT OR GPL-3.0-only)', true],
    ['Apache-2.0 AND MIT', true],
    ['MIT AND (ISC OR AGPL-3.0-only)', true],
    ['GPL-3.0-only', false],
    ['MIT AND AGPL-3.0-only', false],
    ['MPL-2.0', false],
    ['UNLICENSED', false],
    ['SEE LICENSE IN LICENSE.md', false],
    ['MIT OR', false],
    ['(MIT', false],
    ['Apache-2.0 WITH LLVM-exception', false],
    ['', false],
    [undefined, false],
  ])('%s', (licence, fits) => {
    expect(licenceProblem('a', licence, true) === undefined).toBe(fits)
  })

  it('has an exception for a tool by its name alone, and never for what is shipped', () => {
    expect(licenceProblem('lightningcss', 'MPL-2.0', false)).toBeUndefined()
    expect(licenceProblem('lightningcss', 'MPL-2.0', true)).toContain('MPL-2.0')
    expect(licenceProblem('lightningcss', 'GPL-3.0-only', false)).toContain('GPL-3.0-only')
    expect(licenceProblem('lightningcss2', 'MPL-2.0', false)).toContain('MPL-2.0')
  })
})

describe('known flaws', () => {
  it('are told with what they are in', () => {
    const report = { auditReportVersion: 2, vulnerabilities: { ws: { severity: 'high', range: '<8.17.1' } } }
    expect(readAudit(JSON.stringify(report))).toEqual({ checked: true, problems: [expect.stringMatching(/^ws <8\.17\.1 has a known flaw \(high\)/)] })
    expect(readAudit('{"auditReportVersion":2,"vulnerabilities":{}}')).toEqual({ checked: true, problems: [] })
  })

  it.each(['', 'npm error', '{}', '{"message":"405 Method Not Allowed - POST https://registry.example/-/npm/v1/security"}', '[]', '{"vulnerabilities":{}}'])(
    'are not called none where nothing was answered: %s',
    text => {
      const answer = readAudit(text)
      expect(answer).toMatchObject({ checked: false, why: expect.not.stringContaining('example') })
    },
  )
})

describe('the bill of materials', () => {
  it('is written, and holds all that runs in the gateway', () => {
    const out = join(folder, 'sbom.json')
    const made = spawnSync(process.execPath, [join(root, 'deploy', 'setup', 'write-sbom.ts'), out], { encoding: 'utf8' })
    expect(made).toMatchObject({ status: 0, stderr: '' })
    const sbom: Sbom = JSON.parse(readFileSync(out, 'utf8'))
    expect(sbom).toMatchObject({ bomFormat: 'CycloneDX', specVersion: '1.5', metadata: { component: { name: 'citygate', type: 'application' } } })
    const manifest: { readonly dependencies: Readonly<Record<string, string>> } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
    const components = new Set(sbom.components?.map(({ name, version }) => `${name}@${version}`))
    for (const [name, version] of Object.entries(manifest.dependencies)) expect(components).toContain(`${name}@${version}`)

    const lock: Lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'))
    expect(sbomProblems(sbom, lock)).toEqual([])
    expect(sbomProblems({ ...sbom, components: sbom.components?.filter(({ name }) => name !== 'aedes') ?? [] }, lock)).toEqual([
      expect.stringMatching(/^aedes@/),
    ])
    const swapped = sbom.components?.map(one => (one.name === 'pg' ? { ...one, hashes: [{ alg: 'SHA-512', content: '00' }] } : one)) ?? []
    expect(sbomProblems({ ...sbom, components: swapped }, lock)).toEqual([expect.stringMatching(/^pg@.*another checksum/)])
  })
})

it('the whole check reads every package that is installed, and does not call flaws checked that nobody looked for', () => {
  const checked = spawnSync(process.execPath, [join(root, 'deploy', 'setup', 'check-packages.ts'), '--offline'], { encoding: 'utf8' })
  expect(checked).toMatchObject({
    status: 0,
    stderr: '',
    stdout: expect.stringMatching(/^packages: \d{3} of the gateway, .*; 0 wrong\nknown flaws: NOT CHECKED \(--offline\)\n$/),
  })
})
