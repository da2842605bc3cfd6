/** Writes the bill of materials of this version: CycloneDX 1.5, made by npm from the lock file, and checked against it. Argument: where to (usual: citygate-sbom.json). */
import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Lock } from './packages/lock.ts'
import { type Sbom, sbomProblems } from './packages/sbom.ts'

const root = join(import.meta.dirname, '..', '..')
const [out = join(root, 'citygate-sbom.json')] = process.argv.slice(2)
const args = ['sbom', '--sbom-format', 'cyclonedx', '--sbom-type', 'application', '--package-lock-only']
const made = spawnSync('npm', args, { cwd: root, encoding: 'utf8', maxBuffer: 64 * 2 ** 20 })
if (made.status !== 0) throw new Error(`npm sbom failed: ${made.error?.message ?? made.stderr}`)
const sbom: Sbom = JSON.parse(made.stdout)
// npm calls it like the folder it stands in.
const named: Sbom = { ...sbom, metadata: { ...sbom.metadata, component: { ...sbom.metadata?.component, name: 'citygate' } } }
const lock: Lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'))
const problems = sbomProblems(named, lock)
for (const problem of problems) console.error(problem)
if (problems.length > 0) process.exitCode = 1
else {
  writeFileSync(out, `${JSON.stringify(named, null, 1)}\n`)
  console.log(`${named.components?.length ?? 0} components written to ${out}`)
}
