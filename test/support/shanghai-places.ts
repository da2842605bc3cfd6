/** Places and the district each lies in (GB/T 2260), by the outlines that the dashboard draws. */
export const shanghaiPlaces: readonly (readonly [place: string, lat: number, lon: number, district: string | undefined])[] = [
  ['People’s Square', 31.2304, 121.4737, '310101'],
  ['the Bund', 31.2397, 121.4905, '310101'],
  ['the Oriental Pearl Tower', 31.2397, 121.4998, '310115'],
  ['Xinzhuang', 31.111, 121.377, '310112'],
  ['Zhongshan park', 31.2206, 121.4155, '310105'],
  ['Fudan university', 31.2985, 121.5015, '310110'],
  ['Chenshan botanical garden', 31.079, 121.185, '310117'],
  ['Chongming', 31.63, 121.4, '310151'],
  ['the east of Chongming, whose outline has no id', 31.63, 121.52, '310151'],
  ['the East China Sea', 31.2, 122.4, undefined],
  ['Suzhou', 31.3, 120.6, undefined],
  ['null island', 0, 0, undefined],
]
