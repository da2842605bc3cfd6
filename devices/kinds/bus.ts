import { defineKind } from '../define-kind.ts'
import { terminalFields } from '../vehicle-fields.ts'

/** A city bus, as its on-board unit reports it. */
export const bus = defineKind({
  id: 'bus',
  title: { en: 'Bus', zh: '公交车' },
  moves: true,
  staleAfterSeconds: 60,
  fields: {
    speed: { unit: 'km/h', range: [0, 120], title: { en: 'Speed', zh: '速度' } },
    heading: { unit: '°', range: [0, 360], circular: true, title: { en: 'Heading', zh: '航向' } },
    route: { type: 'string', title: { en: 'Route', zh: '线路' } },
    trip: { type: 'string', title: { en: 'Trip', zh: '班次' } },
    occupancy: { unit: 'persons', range: [0, 200], integer: true, title: { en: 'On board', zh: '车内人数' } },
    odometer: { unit: 'km', range: [0, 2_000_000], counter: true, title: { en: 'Odometer', zh: '里程' } },
    doorOpen: { type: 'boolean', title: { en: 'Door open', zh: '车门开启' } },
    ...terminalFields,
  },
})
