/** What a pattern may be: an id in which `*` stands for any number of characters. */
export function isIdPattern(text: string): boolean {
  return /^[A-Za-z0-9._*-]{1,64}$/.test(text)
}

/** Whether an id is as the pattern says. In the product of both lengths at worst, whatever the pattern. */
export function matchesPattern(pattern: string, id: string): boolean {
  let [at, from, star, resume] = [0, 0, -1, 0]
  while (from < id.length) {
    if (pattern[at] === '*') {
      star = at++
      resume = from
    } else if (at < pattern.length && pattern[at] === id[from]) {
      at++
      from++
    } else if (star >= 0) {
      // The last star takes one character more.
      at = star + 1
      from = ++resume
    } else return false
  }
  while (pattern[at] === '*') at++
  return at === pattern.length
}
