/** A key, another text, or a bracket. */
const TOKENS = /("[^"\\]*(?:\\.[^"\\]*)*")(\s*:)?|[{}[\]]/g

/** Whether an object in a JSON text names a key twice: `JSON.parse` takes the last one in silence. The text is one that it takes. */
export function repeatsKey(json: string): boolean {
  const open: Set<string>[] = []
  for (const [token, text, colon] of json.matchAll(TOKENS)) {
    if (token === '{' || token === '[') open.push(new Set())
    else if (token === '}' || token === ']') open.pop()
    else if (text !== undefined && colon !== undefined) {
      const key: unknown = JSON.parse(text)
      const keys = open.at(-1)
      if (typeof key !== 'string' || keys?.has(key)) return true
      keys?.add(key)
    }
  }
  return false
}
