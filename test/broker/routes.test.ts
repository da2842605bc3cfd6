import { expect, test } from 'vitest'
import { type NoRoute, type Route, Routes } from '../../gateway/broker/routes.ts'
import { device, TestDirectory } from './fixture.ts'

const behind = Array.from({ length: 1_500 }, (_, n) => `meter-${n}`)
const directory = (): TestDirectory => new TestDirectory(device('dtu-1'), device('bus-1'), ...behind.map(id => device(id, { behind: 'dtu-1' })))

function routesOf(id: string, devices: TestDirectory): Routes {
  return new Routes({ principal: { type: 'device', device: id }, directory: devices, now: () => 0, tell: () => undefined })
}

function find(routes: Routes, topic: string): Route | NoRoute {
  // Among other bytes, as in a chunk.
  const bytes = Buffer.from(`xx${topic}xx`)
  return routes.find(bytes, 2, bytes.length - 2)
}

test('tells the topics of a concentrator apart, however many and in whatever order', () => {
  const routes = routesOf('dtu-1', directory())
  for (const round of [1, 7, 11]) {
    for (let index = 0; index < behind.length; index++) {
      const id = behind[(index * round) % behind.length] ?? ''
      for (const channel of ['modbus', 'telemetry']) expect(find(routes, `up/${id}/${channel}`)).toMatchObject({ device: id, channel })
    }
  }
})

test('a topic that is not allowed is refused each time, also after one that is', () => {
  const routes = routesOf('bus-1', directory())
  for (let attempt = 0; attempt < 3; attempt++) {
    expect(find(routes, 'up/bus-1/telemetry')).toMatchObject({ device: 'bus-1' })
    expect(find(routes, 'up/bus-2/telemetry')).toMatchObject({ refused: 'PUBLISH_FORBIDDEN' })
    expect(find(routes, 'up/bus-1/telemetry/more')).toMatchObject({ refused: 'PUBLISH_FORBIDDEN' })
    expect(find(routes, 'up/meter-1/modbus')).toMatchObject({ refused: 'PUBLISH_FORBIDDEN' })
  }
})

test('what was found does not outlive a change of the directory', () => {
  const devices = directory()
  const routes = routesOf('dtu-1', devices)
  expect(find(routes, 'up/meter-1/modbus')).toMatchObject({ device: 'meter-1' })
  expect(find(routes, 'up/meter-2/modbus')).toMatchObject({ device: 'meter-2' })
  devices.put(device('meter-1'))
  expect(find(routes, 'up/meter-1/modbus')).toMatchObject({ refused: 'PUBLISH_FORBIDDEN' })
  expect(find(routes, 'up/meter-2/modbus')).toMatchObject({ device: 'meter-2' })
})
