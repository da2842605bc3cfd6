import { defineKind } from '../define-kind.ts'

/** A tower crane, as the monitor that JGJ 332 asks for sees it. */
export const towerCrane = defineKind({
  id: 'tower-crane',
  title: { en: 'Tower crane', zh: '塔式起重机' },
  moves: false,
  staleAfterSeconds: 60,
  fields: {
    load: { unit: 't', range: [0, 200], title: { en: 'Load', zh: '吊重' } },
    /** Of what is permitted at that radius. */
    moment: { unit: '%', range: [0, 150], title: { en: 'Load moment', zh: '力矩百分比' } },
    radius: { unit: 'm', range: [0, 120], title: { en: 'Radius', zh: '幅度' } },
    hookHeight: { unit: 'm', range: [-50, 600], title: { en: 'Hook height', zh: '吊钩高度' } },
    slewing: { unit: '°', range: [0, 360], circular: true, title: { en: 'Slewing angle', zh: '回转角度' } },
    tilt: { unit: '°', range: [0, 45], title: { en: 'Tilt of the mast', zh: '塔身倾角' } },
    windSpeed: { unit: 'm/s', range: [0, 80], title: { en: 'Wind speed at the top', zh: '塔顶风速' } },
    overload: { type: 'boolean', alarm: true, title: { en: 'Overload', zh: '超载报警' } },
  },
})
