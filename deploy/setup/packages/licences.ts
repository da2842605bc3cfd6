/** Licences (SPDX) that ask for no more than to be named and passed on: fit for what is shipped with Citygate, under Apache-2.0. */
const allowed = new Set([
  'MIT',
  'MIT-0',
  'ISC',
  '0BSD',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BlueOak-1.0.0',
  'CC0-1.0',
  'Unlicense',
  'Zlib',
  'Python-2.0',
])

/** Other licences that were looked at, package by package, with the reason why they are no trouble. Never of what runs in the gateway. */
const exceptions: readonly { readonly name: RegExp; readonly licence: string; readonly why: string }[] = [
  { name: /^lightningcss(-|$)/, licence: 'MPL-2.0', why: 'a tool of the build; nothing of it is in what is built' },
  { name: /^axe-core$/, licence: 'MPL-2.0', why: 'run by the tests in the browser; nothing of it is shipped' },
]

/** What is wrong with a package's licence, if anything is. */
export function licenceProblem(name: string, licence: string | undefined, shipped: boolean): string | undefined {
  if (licence === undefined || licence.trim() === '') return `${name} names no licence`
  const accepted = (one: string): boolean =>
    allowed.has(one) || (!shipped && exceptions.some(exception => exception.name.test(name) && exception.licence === one))
  const answer = evaluated(licence, accepted)
  if (answer === undefined) return `${name} has a licence that is no SPDX expression: ${licence}`
  return answer ? undefined : `${name} has the licence ${licence}, which is not on the list`
}

/** An SPDX expression (SPDX 2.3, annex D) with AND, OR and brackets; undefined when it is none. `WITH` is not taken: nobody has looked at an exception yet. */
function evaluated(expression: string, accepted: (licence: string) => boolean): boolean | undefined {
  const words = expression.match(/[()]|[^\s()]+/g) ?? []
  let at = 0
  const either = (): boolean | undefined =>
    joined(
      'OR',
      () => joined('AND', one, (a, b) => a && b),
      (a, b) => a || b,
    )
  const joined = (word: string, part: () => boolean | undefined, join: (a: boolean, b: boolean) => boolean): boolean | undefined => {
    let left = part()
    while (left !== undefined && words[at] === word) {
      at += 1
      const right = part()
      left = right === undefined ? undefined : join(left, right)
    }
    return left
  }
  const one = (): boolean | undefined => {
    const word = words[at++]
    if (word === '(') {
      const inside = either()
      return words[at++] === ')' ? inside : undefined
    }
    return word !== undefined && /^[A-Za-z0-9.-]+\+?$/.test(word) && !/^(?:AND|OR|WITH)$/.test(word) ? accepted(word) : undefined
  }
  const answer = either()
  return at === words.length ? answer : undefined
}
