import jsQR from 'jsqr'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dashboardBase, type Labelled, labelSheets } from '../../gateway/api/labels/label-sheet.ts'
import { type City, furnish, startCity } from './city.ts'

/** Pixels a module, as a printer makes them. */
const scale = 4

/** What a phone reads of each code on a page, in the order of the page. */
function scanned(html: string): readonly (string | undefined)[] {
  return [...html.matchAll(/viewBox="0 0 (\d+) \1"[^>]*><path d="([^"]+)"/g)].map(([, size = '0', path = '']) => {
    const width = Number(size) * scale
    const pixels = new Uint8ClampedArray(width * width * 4).fill(255)
    for (const [, x = '', y = '', run = ''] of path.matchAll(/M(\d+) (\d+)h(\d+)v1h-\3z/g))
      for (let row = 0; row < scale; row++)
        for (let column = 0; column < Number(run) * scale; column++) {
          const at = ((Number(y) * scale + row) * width + Number(x) * scale + column) * 4
          pixels.fill(0, at, at + 3)
        }
    return jsQR.default(pixels, width, width)?.data
  })
}

const sheets = (devices: readonly Labelled[], base = 'https://city.example'): string => [...labelSheets(devices, base)].join('')

describe('labels', () => {
  it('lead to the pages of their devices, whatever the length of the id', () => {
    const devices = ['b', 'bus-0417', 'A.b_c-9', 'x'.repeat(64)].map(id => ({ id, org: 'pudong', model: 'bus-unit' }))
    expect(scanned(sheets(devices, 'https://gateway.pudong-district.city.example:8443/citygate'))).toEqual(
      devices.map(({ id }) => `https://gateway.pudong-district.city.example:8443/citygate/devices/${id}`),
    )
  })

  it('say who a device is, and nothing a browser would run', () => {
    const html = sheets([{ id: 'bus-1', org: 'pudong', model: 'bus-unit', name: `17路 <script>alert('x')</script> & "y"` }])
    expect(html).toContain('<h2>bus-1</h2>')
    expect(html).toContain('<p>17路 &lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; &amp; &quot;y&quot;</p><p>bus-unit</p><p>pudong</p>')
    expect(html).not.toMatch(/<script|\son\w+=|javascript:|src=|href=/i)
  })

  it('are twenty-four on a sheet', () => {
    const html = sheets(Array.from({ length: 49 }, (_, number) => ({ id: `bus-${number}`, org: 'pudong', model: 'bus-unit' })))
    expect(html.split('<section>').map(part => part.split('<article>').length - 1)).toEqual([0, 24, 24, 1])
  })

  it('lead to a dashboard and to nothing else', () => {
    expect(dashboardBase('https://city.example/')).toBe('https://city.example')
    expect(dashboardBase('http://10.0.0.1:8080/gate//')).toBe('http://10.0.0.1:8080/gate')
    const wrong = [
      '',
      'city.example',
      'javascript:alert(1)',
      'ftp://city.example',
      'https://u:p@city.example',
      'https://city.example/?next=x',
      'https://city.example/#x',
    ]
    for (const text of [...wrong, `https://city.example/${'x'.repeat(200)}`]) expect(dashboardBase(text), text).toBeUndefined()
  })
})

describe('GET /api/v1/labels', () => {
  let city: City
  beforeAll(async () => {
    city = await startCity()
    furnish(city)
  })
  afterAll(() => city.server.stop())

  const ask = (query: string, token?: string): Promise<Response> =>
    fetch(`http://127.0.0.1:${city.server.port}/api/v1/labels${query}`, token === undefined ? {} : { headers: { Authorization: `Bearer ${token}` } })

  it('prints what was asked for, with no more rights than a page of this gateway has', async () => {
    const answer = await ask('?base=https://city.example&stage=enrolled&model=sdm630')
    expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8')
    expect(answer.headers.get('content-security-policy')).toContain("script-src 'self'")
    expect(scanned(await answer.text())).toEqual(['https://city.example/devices/meter-1', 'https://city.example/devices/meter-2'])
    expect(scanned(await (await ask('?base=https://city.example&ids=bus-2,bus-1')).text())).toHaveLength(2)
    expect(scanned(await (await ask('?base=https://city.example&ids=bus-2,bus-1,meter-1&kind=bus')).text())).toHaveLength(2)
  })

  it('shows a token only what is its own', async () => {
    const html = await (await ask('?base=https://city.example', 'cgt_pudong')).text()
    expect(scanned(html)).toEqual(['https://city.example/devices/bus-1', 'https://city.example/devices/meter-1'])
    expect(html).not.toContain('minhang')
    expect(html).not.toContain('10.0.0.9')
    const other = await ask('?base=https://city.example&ids=bus-1,bus-2', 'cgt_pudong')
    expect(await other.json()).toMatchObject({ status: 404, code: 'DEVICE_UNKNOWN', detail: expect.stringContaining('bus-2') })
  })

  it('refuses a base that leads elsewhere, and more than a page holds', async () => {
    for (const query of ['', '?base=javascript:alert(1)', '?base=https://u:p@city.example']) {
      const answer = await ask(query)
      expect(answer.status, query).toBe(400)
      expect(await answer.json()).toMatchObject({ code: 'QUERY_INVALID', errors: [{ field: 'base' }] })
    }
    city.directory.put(...Array.from({ length: 1_001 }, (_, number) => ({ id: `many-${number}`, org: 'minhang', model: 'sdm630', group: 'many' })))
    expect(await (await ask('?base=https://city.example&group=many')).json()).toMatchObject({ status: 400, detail: expect.stringContaining('1001 labels') })
  })
})
