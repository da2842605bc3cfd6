/**
 * Checks the packages that Citygate is made of: everything pinned with a checksum, from one place, without scripts that nobody allowed; licences that fit; and known flaws,
 * where the registry tells of them. `--offline`: without asking the registry.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { advisories } from './packages/advisories.ts'
import { installed } from './packages/installed.ts'
import { licenceProblem } from './packages/licences.ts'
import { type Lock, lockFindings, type Manifest, nameOf } from './packages/lock.ts'

const root = join(import.meta.dirname, '..', '..')
const asked = process.argv.includes('--offline') ? undefined : advisories(root)
const manifest: Manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
const lock: Lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'))

const { problems: lockProblems, withoutChecksum } = lockFindings(manifest, lock)
const problems = [...lockProblems]
const counts = { shipped: 0, tools: 0, absent: 0 }
for (const [folder, locked] of Object.entries(lock.packages)) {
  if (folder === '') continue
  const own = installed(root, folder)
  const name = own?.name ?? nameOf(folder, locked)
  const shipped = locked.dev !== true && locked.devOptional !== true
  if (own === undefined && locked.optional) counts.absent += 1
  else if (own === undefined) problems.push(`${folder} is not installed: run npm ci`)
  else if (own.version !== locked.version) problems.push(`${folder} is installed as ${own.version}, the lock has ${locked.version}: run npm ci`)
  // One that is for another platform is known by what the lock says alone; npm writes that only of what it once downloaded.
  const licence = own?.licence ?? locked.license
  const problem = own === undefined && licence === undefined ? undefined : licenceProblem(name, licence, shipped)
  if (problem !== undefined) problems.push(problem)
  if (own !== undefined) counts[shipped ? 'shipped' : 'tools'] += 1
}
if (counts.shipped < 50) problems.push(`only ${counts.shipped} packages were read: the checker itself is broken`)

const known = await asked
if (known?.checked) problems.push(...known.problems)
for (const problem of problems) console.error(problem)
console.log(
  `packages: ${counts.shipped} of the gateway, ${counts.tools} to build and test, ${counts.absent} for other platforms (${withoutChecksum} without checksum); ${problems.length} wrong`,
)
if (known === undefined) console.log('known flaws: NOT CHECKED (--offline)')
else console.log(known.checked ? `known flaws: ${known.problems.length}` : `known flaws: NOT CHECKED, this registry does not tell: ${known.why}`)
process.exitCode = problems.length > 0 ? 1 : 0
