import type { Device } from '../../model/device.ts'
import { qrSvg } from './qr-svg.ts'

/** Three times eight labels of 70 × 37 mm fill an A4 sheet: the form in which blank sheets are sold. */
const labelsOnSheet = 24

/** What stands on a label. Never a secret: it hangs where everybody passes. */
export type Labelled = Pick<Device, 'id' | 'org' | 'model' | 'name'>

/** A page to print: a label for each device, with a QR code that opens the device's page in the dashboard at `base`. In pieces, a sheet each. */
export function* labelSheets(devices: readonly Labelled[], base: string): Generator<string> {
  yield `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>${devices.length} labels</title>
<style>${style}</style>
</head>
<body>
`
  for (let start = 0; start < devices.length; start += labelsOnSheet) {
    const labels = devices.slice(start, start + labelsOnSheet).map(device => label(device, base))
    yield `<section>\n${labels.join('\n')}\n</section>\n`
  }
  yield '</body>\n</html>\n'
}

/** The address of a dashboard without the slash at its end; undefined for a text that is none. Nothing else may stand in it: whoever scans a label is sent there. */
export function dashboardBase(text: string): string | undefined {
  if (text.length > 200 || !URL.canParse(text)) return undefined
  const { protocol, username, password, search, hash, origin, pathname } = new URL(text)
  if ((protocol !== 'https:' && protocol !== 'http:') || username !== '' || password !== '' || search !== '' || hash !== '') return undefined
  return `${origin}${pathname.replace(/\/+$/, '')}`
}

function label({ id, org, model, name }: Labelled, base: string): string {
  const lines = [...(name === undefined ? [] : [name]), model, org].map(line => `<p>${escaped(line)}</p>`)
  return `<article>${qrSvg(`${base}/devices/${encodeURIComponent(id)}`)}<div><h2>${escaped(id)}</h2>${lines.join('')}</div></article>`
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;').replaceAll("'", '&#39;')
}

const style = `
@page { size: A4; margin: 0 }
* { box-sizing: border-box; margin: 0 }
body { font-family: "Noto Sans", "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", sans-serif; color: #000; background: #fff }
section { width: 210mm; height: 297mm; display: grid; grid-template-columns: repeat(3, 70mm); grid-template-rows: repeat(8, 37.125mm); break-after: page; overflow: hidden }
section:last-of-type { break-after: auto }
article { display: flex; align-items: center; gap: 1mm; padding: 2mm; overflow: hidden }
svg { flex: none; width: 32mm; height: 32mm }
div { min-width: 0 }
h2, p { overflow-wrap: anywhere; line-height: 1.2; display: -webkit-box; -webkit-box-orient: vertical; overflow: hidden }
h2 { font-size: 9pt; -webkit-line-clamp: 4 }
p { font-size: 7pt; margin-top: 0.5mm; -webkit-line-clamp: 2 }
`
