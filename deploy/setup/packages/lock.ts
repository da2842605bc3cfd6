/** What package.json says, as far as it is looked at. */
export interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>
  readonly devDependencies?: Readonly<Record<string, string>>
  readonly overrides?: Readonly<Record<string, string>>
  /** Packages with scripts that run when they are installed, and whether they may. */
  readonly allowScripts?: Readonly<Record<string, boolean>>
}

/** An installed package, as package-lock.json (version 3) names it. */
export interface LockedPackage {
  readonly name?: string
  readonly version?: string
  readonly integrity?: string
  readonly resolved?: string
  readonly license?: string
  readonly link?: boolean
  readonly dev?: boolean
  readonly devOptional?: boolean
  readonly optional?: boolean
  readonly hasInstallScript?: boolean
  readonly os?: readonly string[]
  readonly cpu?: readonly string[]
  readonly libc?: readonly string[]
}

/** The lock file. Keys of packages are folders below the root; the root's own is empty. */
export interface Lock {
  readonly lockfileVersion: number
  readonly packages: Readonly<Record<string, LockedPackage>>
}

/** What a look at the lock found. */
export interface LockFindings {
  readonly problems: readonly string[]
  /** Tools for platforms on which Citygate is not built: npm writes no checksum for what it did not download. */
  readonly withoutChecksum: number
}

const registry = 'https://registry.npmjs.org/'
const exact = /^\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?$/

/** Everything by which an installation could bring something else than what was looked at: versions that float, missing checksums, other places, scripts. */
export function lockFindings(manifest: Manifest, lock: Lock): LockFindings {
  const problems: string[] = []
  if (lock.lockfileVersion !== 3) problems.push(`package-lock.json has version ${lock.lockfileVersion}: expected 3`)
  const wanted = { ...manifest.dependencies, ...manifest.devDependencies }
  for (const [name, given] of Object.entries({ ...wanted, ...manifest.overrides })) {
    const version = given.replace(/^npm:.+@/, '')
    const locked = lock.packages[`node_modules/${name}`]?.version ?? 'none'
    if (!exact.test(version)) problems.push(`package.json: ${name} is ${given}: name one version exactly`)
    else if (Object.hasOwn(wanted, name) && locked !== version) problems.push(`${name}: package.json names ${version}, the lock has ${locked}: run npm install`)
  }
  let withoutChecksum = 0
  for (const [folder, locked] of Object.entries(lock.packages)) {
    if (folder === '') continue
    if (locked.integrity === undefined && isForeignTool(locked)) withoutChecksum += 1
    else problems.push(...packageProblems(folder, locked))
  }
  return { problems: [...problems, ...scriptProblems(manifest, lock)], withoutChecksum }
}

function packageProblems(folder: string, { version, integrity, resolved, link }: LockedPackage): readonly string[] {
  return [
    ...(link ? [`${folder} is a link to a folder`] : []),
    ...(version === undefined || !exact.test(version) ? [`${folder} has no exact version: ${version ?? 'none'}`] : []),
    ...(integrity === undefined || !/^sha512-[A-Za-z0-9+/]{86}==$/.test(integrity) ? [`${folder} has no SHA-512 checksum (integrity)`] : []),
    ...(resolved !== undefined && !resolved.startsWith(registry) ? [`${folder} comes from another place than ${registry}`] : []),
  ]
}

/** Whether this is only needed to build, and only where Citygate is not built: it is built on Debian, on x64 or arm64. */
function isForeignTool({ dev, optional, os = ['linux'], cpu = ['x64'], libc = ['glibc'] }: LockedPackage): boolean {
  const here = os.includes('linux') && cpu.some(one => one === 'x64' || one === 'arm64') && libc.includes('glibc')
  return dev === true && optional === true && !here
}

function scriptProblems({ allowScripts = {} }: Manifest, { packages }: Lock): readonly string[] {
  const withScripts = new Set(Object.entries(packages).flatMap(([folder, locked]) => (locked.hasInstallScript ? [nameOf(folder, locked)] : [])))
  return [
    ...[...withScripts]
      .filter(name => !Object.hasOwn(allowScripts, name))
      .map(name => `${name} wants to run a script when it is installed, and allowScripts does not name it`),
    ...Object.keys(allowScripts)
      .filter(name => !withScripts.has(name))
      .map(name => `allowScripts names ${name}, which has no script: take it out`),
  ]
}

/** A package's own name: an alias stands in another folder. */
export function nameOf(folder: string, locked: LockedPackage): string {
  return locked.name ?? folder.slice(folder.lastIndexOf('node_modules/') + 'node_modules/'.length)
}
