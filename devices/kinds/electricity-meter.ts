import { defineKind } from '../define-kind.ts'

const VOLTS = { unit: 'V', range: [0, 300] } as const
const AMPERES = { unit: 'A', range: [0, 6000] } as const
/** Negative when the site feeds into the grid. Power is in kW throughout, to stand beside energies in kWh. */
const KILOWATTS = { unit: 'kW', range: [-5000, 5000] } as const
const KILOWATT_HOURS = { unit: 'kWh', range: [0, 1_000_000_000], counter: true } as const

/** A three-phase electricity meter; a single-phase one fills L1 only. */
export const electricityMeter = defineKind({
  id: 'electricity-meter',
  title: { en: 'Electricity meter', zh: '电表' },
  moves: false,
  staleAfterSeconds: 300,
  fields: {
    voltageL1: { ...VOLTS, title: { en: 'Voltage L1', zh: 'A相电压' } },
    voltageL2: { ...VOLTS, title: { en: 'Voltage L2', zh: 'B相电压' } },
    voltageL3: { ...VOLTS, title: { en: 'Voltage L3', zh: 'C相电压' } },
    currentL1: { ...AMPERES, title: { en: 'Current L1', zh: 'A相电流' } },
    currentL2: { ...AMPERES, title: { en: 'Current L2', zh: 'B相电流' } },
    currentL3: { ...AMPERES, title: { en: 'Current L3', zh: 'C相电流' } },
    powerL1: { ...KILOWATTS, title: { en: 'Active power L1', zh: 'A相有功功率' } },
    powerL2: { ...KILOWATTS, title: { en: 'Active power L2', zh: 'B相有功功率' } },
    powerL3: { ...KILOWATTS, title: { en: 'Active power L3', zh: 'C相有功功率' } },
    activePower: { ...KILOWATTS, title: { en: 'Active power', zh: '总有功功率' } },
    reactivePower: { unit: 'kvar', range: [-5000, 5000], title: { en: 'Reactive power', zh: '总无功功率' } },
    apparentPower: { unit: 'kVA', range: [-5000, 5000], title: { en: 'Apparent power', zh: '总视在功率' } },
    powerFactor: { range: [-1, 1], title: { en: 'Power factor', zh: '功率因数' } },
    frequency: { unit: 'Hz', range: [45, 65], title: { en: 'Frequency', zh: '频率' } },
    importEnergy: { ...KILOWATT_HOURS, title: { en: 'Imported energy', zh: '正向有功电能' } },
    exportEnergy: { ...KILOWATT_HOURS, title: { en: 'Exported energy', zh: '反向有功电能' } },
    /** Combined as the meter is set up to: the first usually of the quadrants I and IV, the second of II and III. */
    reactiveEnergy1: { unit: 'kvarh', range: [-1_000_000_000, 1_000_000_000], title: { en: 'Reactive energy 1', zh: '组合无功1电能' } },
    reactiveEnergy2: { unit: 'kvarh', range: [-1_000_000_000, 1_000_000_000], title: { en: 'Reactive energy 2', zh: '组合无功2电能' } },
    importEnergySharp: { ...KILOWATT_HOURS, title: { en: 'Imported energy, tariff 1', zh: '正向有功尖电能' } },
    importEnergyPeak: { ...KILOWATT_HOURS, title: { en: 'Imported energy, tariff 2', zh: '正向有功峰电能' } },
    importEnergyFlat: { ...KILOWATT_HOURS, title: { en: 'Imported energy, tariff 3', zh: '正向有功平电能' } },
    importEnergyValley: { ...KILOWATT_HOURS, title: { en: 'Imported energy, tariff 4', zh: '正向有功谷电能' } },
  },
})
