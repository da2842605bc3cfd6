import { readFileSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { isAlias, isMap, isScalar, LineCounter, type Node, parseDocument, type YAMLMap } from 'yaml'
import { closest } from './closest.ts'
import { type Given, type Source, unknownName } from './given.ts'
import { type Setting, settingOf, settings } from './settings.ts'

/** The settings in a YAML file, each with its line. `calledFrom` says who named the file, for the case that it can not be read. */
export function fromFile(file: string, calledFrom: string): Source {
  let source: string
  try {
    source = readFileSync(file, 'utf8')
  } catch (error) {
    return { values: new Map(), problems: [`${calledFrom}: can not read ${file}: ${error instanceof Error ? error.message : String(error)}`] }
  }
  return parseSettings(source, file)
}

function parseSettings(source: string, file: string): Source {
  const lines = new LineCounter()
  const document = parseDocument(source, { lineCounter: lines, prettyErrors: false })
  const values = new Map<Setting, Given>()
  const problems = document.errors.map(error => `${basename(file)}:${lines.linePos(error.pos[0]).line}: ${error.message}`)
  if (problems.length > 0) return { values, problems }

  const placeOf = (node: unknown): string => `${basename(file)}:${lines.linePos(rangeStart(node)).line}`
  const resolved = (node: unknown): unknown => (isAlias(node) ? node.resolve(document) : node)
  const walk = (map: YAMLMap, above: string): void => {
    for (const pair of map.items) {
      const name = isScalar(pair.key) ? String(pair.key.value) : String(pair.key)
      const key = above === '' ? name : `${above}.${name}`
      const node = resolved(pair.value)
      const setting = settingOf(key)
      const isGroup = settings.some(one => one.key.startsWith(`${key}.`))
      // `influx:` with nothing below it, or a setting without a value, is as good as not written.
      const isEmpty = node === null || node === undefined || (isScalar(node) && node.value === null)
      if (setting && !isEmpty) values.set(setting, { value: plain(node, document), place: placeOf(pair.key), folder: dirname(file) })
      else if (isGroup && isMap(node)) walk(node, key)
      else if (isGroup && !isEmpty) problems.push(`${placeOf(pair.key)}: ${key}: expected settings below it: ${below(key)}`)
      else if (!setting && !isGroup) problems.push(unknownName(`${placeOf(pair.key)}: ${key}`, 'key', meantBy(key)))
    }
  }
  if (isMap(document.contents)) walk(document.contents, '')
  else if (document.contents !== null && !(isScalar(document.contents) && document.contents.value === null))
    problems.push(`${basename(file)}:1: expected keys with values, such as "data: ./data"`)
  return { values, problems }
}

function rangeStart(node: unknown): number {
  return (node as Node | null)?.range?.[0] ?? 0
}

function plain(node: unknown, document: ReturnType<typeof parseDocument>): unknown {
  return isScalar(node) ? node.value : isMap(node) || isNode(node) ? node.toJS(document) : node
}

function isNode(node: unknown): node is Node {
  return typeof node === 'object' && node !== null && 'toJS' in node
}

function below(group: string): string {
  return settings
    .filter(setting => setting.key.startsWith(`${group}.`))
    .map(setting => setting.key)
    .join(', ')
}

/** The key that is written nearly so, or whose last part is written just so. */
function meantBy(key: string): string | undefined {
  const keys = [...new Set(settings.flatMap(({ path }) => path.map((_, depth) => path.slice(0, depth + 1).join('.'))))]
  return closest(key, keys) ?? keys.find(one => one.split('.').at(-1) === key.split('.').at(-1))
}
