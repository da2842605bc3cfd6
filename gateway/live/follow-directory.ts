import type { DeviceDirectory } from '../model/device.ts'
import type { LiveStates } from './live-states.ts'

/** Forgets the states of devices that are not in the directory, now and after each of its changes. Answers how to stop. */
export function followDirectory(live: LiveStates, directory: DeviceDirectory): () => void {
  const forgetRemoved = (): void => {
    for (const { device } of live.all()) if (directory.get(device) === undefined) live.forget(device)
  }
  forgetRemoved()
  return directory.onChange(forgetRemoved)
}
