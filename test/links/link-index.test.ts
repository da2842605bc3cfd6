import { expect, it } from 'vitest'
import { LinkIndex } from '../../gateway/links/link-index.ts'
import type { Device, DeviceDirectory } from '../../gateway/model/device.ts'

function device(id: string, url?: string): Device {
  return { id, org: 'o', model: 'm', ...(url !== undefined && { link: { url } }) }
}

it('finds devices by their link, and sees what changes in the directory', () => {
  let devices = [device('a', 'jt808://1'), device('b'), device('c', 'dtu://x'), device('d', 'dtu://x')]
  let version = 1
  let read = 0
  const directory: DeviceDirectory = {
    get: id => devices.find(one => one.id === id),
    all: () => {
      read++
      return devices
    },
    get size() {
      return devices.length
    },
    get version() {
      return version
    },
    onChange: () => () => undefined,
  }
  const index = new LinkIndex(directory)
  expect(index.at('jt808://1').map(({ id }) => id)).toEqual(['a'])
  expect(index.at('dtu://x').map(({ id }) => id)).toEqual(['c', 'd'])
  expect(index.at('jt808://2')).toEqual([])
  expect(read).toBe(1)
  devices = [device('e', 'jt808://2'), { ...device('old', 'jt808://2'), stage: 'retired' }, { ...device('new', 'jt808://3'), stage: 'planned' }]
  version++
  expect(index.at('jt808://2').map(({ id }) => id)).toEqual(['e'])
  expect(index.at('jt808://3').map(({ id }) => id)).toEqual(['new'])
  expect(index.at('dtu://x')).toEqual([])
})
