import { tableInvalid } from './table-row.ts'

/** What {@link walkXml} calls. Names are without their prefix. */
export interface XmlVisitor {
  open?(name: string, attribute: (name: string) => string | undefined): void
  close?(name: string): void
  text?(text: string): void
}

/** No tag of a spreadsheet comes near this; what reads attributes need not be fast beyond. */
const longestTag = 4_096

/**
 * Walks through XML as spreadsheets write it, once from start to end: its time is in proportion to the text, whatever stands there. Entities that a document type would
 * define are left as they stand: none is ever expanded.
 *
 * @throws GatewayError IMPORT_INVALID for a tag, comment or section that does not end.
 */
export function walkXml(xml: string, visitor: XmlVisitor): void {
  let at = 0
  while (at < xml.length) {
    const open = xml.indexOf('<', at)
    const text = xml.slice(at, open === -1 ? xml.length : open)
    if (text !== '') visitor.text?.(decoded(text))
    if (open === -1) return
    if (xml.startsWith('<!--', open)) at = behind(xml, '-->', open + 4)
    else if (xml.startsWith('<![CDATA[', open)) {
      at = behind(xml, ']]>', open + 9)
      visitor.text?.(xml.slice(open + 9, at - 3))
    } else if (xml[open + 1] === '?' || xml[open + 1] === '!') at = behind(xml, '>', open)
    else {
      at = tagEnd(xml, open) + 1
      visit(xml.slice(open + 1, at - 1), visitor)
    }
  }
}

function behind(xml: string, mark: string, from: number): number {
  const found = xml.indexOf(mark, from)
  if (found === -1) throw broken()
  return found + mark.length
}

/** Where the `>` stands that is no part of an attribute. */
function tagEnd(xml: string, open: number): number {
  let quote = ''
  for (let at = open + 1; at < xml.length && at - open < longestTag; at++) {
    const character = xml[at] ?? ''
    if (quote !== '') quote = character === quote ? '' : quote
    else if (character === '>') return at
    else if (character === '"' || character === "'") quote = character
  }
  throw broken()
}

function visit(tag: string, visitor: XmlVisitor): void {
  const closing = tag.startsWith('/')
  const name = /^\/?(?:[\w.-]+:)?([\w.-]+)/.exec(tag)?.[1]
  if (name === undefined) throw broken()
  if (!closing) visitor.open?.(name, wanted => attributeOf(tag, wanted))
  if (closing || tag.endsWith('/')) visitor.close?.(name)
}

function broken() {
  return tableInvalid(undefined, 'the file is no sound .xlsx file: the XML in it is broken')
}

function attributeOf(attributes: string, wanted: string): string | undefined {
  for (const [, name, double, single] of attributes.matchAll(/([\w.:-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g))
    if (name === wanted) return decoded(double ?? single ?? '')
  return undefined
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

function decoded(text: string): string {
  if (!text.includes('&')) return text
  return text.replaceAll(/&(?:#x([0-9a-fA-F]{1,6})|#([0-9]{1,7})|(amp|lt|gt|quot|apos));/g, (whole, hex?: string, decimal?: string, name = '') => {
    const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16)
    if (hex === undefined && decimal === undefined) return entities[name] ?? whole
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole
  })
}
