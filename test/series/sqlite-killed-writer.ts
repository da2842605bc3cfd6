import { SqliteSeries } from '../../gateway/series/sqlite-series.ts'
import { keptLog, kinds, never, reading, T0 } from './town.ts'

/** A program that writes batches of 500 into the file named, for ever, and prints the number of each batch once it is written. It is there to be killed. */
const store = new SqliteSeries({ file: process.argv[2] ?? '', kinds, retentionDays: 0, log: keptLog() })
await store.start()
for (let batch = 0; ; batch++) {
  await store.write(
    Array.from({ length: 500 }, (_, index) =>
      reading({ device: `device-${index % 50}`, at: T0 + batch * 10 + Math.floor(index / 50), values: { speed: batch } }),
    ),
    never,
  )
  process.stdout.write(`${batch}\n`)
}
