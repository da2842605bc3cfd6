import { defineKind } from '../define-kind.ts'

/** A lift or a hoist on a site, as its controller or its drive sees it. */
export const lift = defineKind({
  id: 'lift',
  title: { en: 'Lift', zh: '电梯' },
  moves: false,
  staleAfterSeconds: 60,
  fields: {
    floor: { range: [-20, 250], integer: true, title: { en: 'Floor', zh: '楼层' } },
    /** Negative: down. */
    speed: { unit: 'm/s', range: [-25, 25], title: { en: 'Speed', zh: '速度' } },
    running: { type: 'boolean', title: { en: 'Running', zh: '运行中' } },
    doorOpen: { type: 'boolean', title: { en: 'Door open', zh: '轿门开启' } },
    load: { unit: '%', range: [0, 200], title: { en: 'Load', zh: '载荷' } },
    fault: { type: 'boolean', alarm: true, title: { en: 'Fault', zh: '故障' } },
    /** 0: none; the numbers are the maker's. */
    faultCode: { range: [0, 65_535], integer: true, title: { en: 'Fault code', zh: '故障代码' } },
    motorCurrent: { unit: 'A', range: [-5000, 5000], title: { en: 'Motor current', zh: '电机电流' } },
    trips: { range: [0, 1_000_000_000], integer: true, counter: true, title: { en: 'Trips', zh: '累计运行次数' } },
  },
})
