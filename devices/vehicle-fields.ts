import type { FieldDefinition } from '../gateway/model/kind.ts'

/** What a terminal in a vehicle says beside its position, whatever vehicle it is in. */
export const terminalFields = {
  satellites: { range: [0, 64], integer: true, title: { en: 'Satellites', zh: '卫星数' } },
  altitude: { unit: 'm', range: [-500, 9000], title: { en: 'Altitude', zh: '海拔' } },
  fuel: { unit: 'L', range: [0, 2000], title: { en: 'Fuel', zh: '油量' } },
  /** As the network module gives it: mostly 0 to 31, some makers' to 100. */
  signal: { range: [0, 100], integer: true, title: { en: 'Network signal', zh: '网络信号强度' } },
  ignition: { type: 'boolean', title: { en: 'Ignition on', zh: '点火（ACC 开）' } },
  inService: { type: 'boolean', title: { en: 'In service', zh: '运营中' } },
  /** Names of the alarms that stand, with commas; empty when none does. */
  alarms: { type: 'string', alarm: true, title: { en: 'Terminal alarms', zh: '终端报警' } },
  alarmBits: { range: [0, 0xffff_ffff], integer: true, title: { en: 'Alarm word', zh: '报警标志字' } },
  sos: { type: 'boolean', alarm: true, title: { en: 'Emergency button', zh: '紧急报警' } },
  overspeed: { type: 'boolean', alarm: true, title: { en: 'Overspeed', zh: '超速' } },
  fatigue: { type: 'boolean', alarm: true, title: { en: 'Fatigue driving', zh: '疲劳驾驶' } },
  powerLost: { type: 'boolean', alarm: true, title: { en: 'Main power lost', zh: '主电源掉电' } },
  collision: { type: 'boolean', alarm: true, title: { en: 'Collision', zh: '碰撞' } },
} as const satisfies Readonly<Record<string, FieldDefinition>>
