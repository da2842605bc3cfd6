import { type Lock, nameOf } from './lock.ts'

/** A bill of materials, as far as it is looked at (CycloneDX 1.5, JSON). */
export interface Sbom {
  readonly bomFormat?: string
  readonly specVersion?: string
  readonly metadata?: { readonly component?: { readonly name?: string; readonly type?: string } }
  readonly components?: readonly {
    readonly name: string
    readonly version: string
    readonly purl?: string
    readonly hashes?: readonly { readonly alg: string; readonly content: string }[]
    readonly licenses?: readonly unknown[]
  }[]
}

/** What a bill of materials lacks: everything that runs in the gateway must be in it, with its checksum and licence. */
export function sbomProblems(sbom: Sbom, lock: Lock): readonly string[] {
  const problems = sbom.bomFormat === 'CycloneDX' && sbom.specVersion === '1.5' ? [] : ['it is no CycloneDX 1.5']
  const components = new Map((sbom.components ?? []).map(component => [`${component.name}@${component.version}`, component]))
  for (const [folder, locked] of Object.entries(lock.packages)) {
    if (folder === '' || locked.dev || locked.devOptional) continue
    const name = nameOf(folder, locked)
    // An alias is called by the folder it stands in.
    const component = components.get(`${name}@${locked.version}`) ?? components.get(`${nameOf(folder, {})}@${locked.version}`)
    const checksum = Buffer.from((locked.integrity ?? '').replace('sha512-', ''), 'base64').toString('hex')
    if (component === undefined) problems.push(`${name}@${locked.version} is not in it`)
    else if (!component.hashes?.some(({ alg, content }) => alg === 'SHA-512' && content === checksum))
      problems.push(`${name}@${locked.version} has another checksum in it`)
    else if ((component.licenses ?? []).length === 0) problems.push(`${name}@${locked.version} has no licence in it`)
  }
  return problems
}
