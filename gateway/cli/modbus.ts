import type { Command } from 'commander'
import { registerPlan } from './modbus-plan.ts'
import { registerRead, registerWrite } from './modbus-read.ts'
import { registerScan } from './modbus-scan.ts'
import { registerWatch } from './modbus-watch.ts'

/** `citygate modbus plan|scan|read|write|watch`: what a field engineer does at a line. */
export function register(program: Command): void {
  const modbus = program.command('modbus').description('look at a Modbus line: reckon its time, find its units, read, write and watch registers')
  registerPlan(modbus)
  registerScan(modbus)
  registerRead(modbus)
  registerWrite(modbus)
  registerWatch(modbus)
}
