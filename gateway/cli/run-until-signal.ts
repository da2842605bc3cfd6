/** Something that runs. */
export interface Stoppable {
  /** Printed once it is up: where to look and how to end it. */
  readonly greeting: string
  stop(): Promise<unknown>
}

/** After this, a program that was told to stop ends even if something in it still waits: what was acknowledged is on disk, and taken up at the next start. */
const lastMs = 10_000

/** Lets a gateway run until it is interrupted or told to end, then stops it in good order. A second signal ends it at once: nothing acknowledged is lost by that. */
export async function runUntilSignal(start: () => Promise<Stoppable>): Promise<void> {
  let told: (signal: string) => void = () => undefined
  const signalled = new Promise<string>(resolve => {
    told = resolve
  })
  let signals = 0
  const onSignal = (signal: NodeJS.Signals): void => {
    signals += 1
    if (signals > 1) process.exit(1)
    told(signal)
  }
  process.on('SIGINT', onSignal)
  process.on('SIGTERM', onSignal)
  // A signal that comes while it starts is kept: it stops as soon as it can.
  const running = await start()
  console.log(running.greeting)
  await signalled
  const bound = setTimeout(() => {
    console.error(`not everything stopped within ${lastMs / 1000} s; ended all the same, what was acknowledged is on disk`)
    process.exit()
  }, lastMs)
  bound.unref()
  await running.stop()
}
