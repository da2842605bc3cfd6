import { z } from 'zod'
import { notes } from './notes.ts'
import { pageUrl, text } from './values.ts'

/** The base map of the dashboard. Without any of these it is the schematic map that comes with it. */
export const mapSettings = {
  mapStyle: pageUrl.exactOptional().register(notes, {
    about: 'A MapLibre style for the map, instead of the schematic map that comes with the dashboard. Its sources may be `pmtiles://` addresses.',
    expected: 'an http(s) URL without a password in it, or a path that begins with /',
    argument: 'URL',
    example: 'https://tiles.example.org/style.json',
  }),
  mapTiles: pageUrl
    .refine(url => ['{z}', '{x}', '{y}'].every(part => url.includes(part)))
    .exactOptional()
    .register(notes, {
      about: 'Raster tiles under the map, in Web Mercator.',
      expected: 'an http(s) URL, or a path that begins with /, with {z}, {x} and {y} in it',
      argument: 'TEMPLATE',
      example: 'https://tiles.example.org/{z}/{x}/{y}.png',
    }),
  mapPmtiles: pageUrl.exactOptional().register(notes, {
    about: 'A PMTiles file under the map: raster tiles as they are, vector tiles (Protomaps or OpenMapTiles layers) in the colours of the dashboard.',
    expected: 'an http(s) URL, or a path that begins with /, such as /maps/ and the name of a file in `http.mapFolder`',
    argument: 'URL',
    example: '/maps/shanghai.pmtiles',
  }),
  mapFolder: text.exactOptional().register(notes, {
    about:
      'A folder with files of maps (PMTiles, styles, glyphs, sprites), served below /maps/ to everybody who reaches the port, so that the map works without the internet.',
    expected: 'a folder',
    argument: 'DIR',
    folder: true,
    example: '/srv/maps',
  }),
  mapDatum: z.enum(['wgs84', 'gcj02', 'bd09']).prefault('wgs84').register(notes, {
    about:
      'The datum of the map set with `http.mapStyle`, `http.mapTiles` or `http.mapPmtiles`: `gcj02` (Amap, Tencent) or `bd09` (Baidu). Positions are kept in WGS-84 and shifted where they are drawn.',
    expected: 'wgs84, gcj02 or bd09',
    argument: 'DATUM',
  }),
}
