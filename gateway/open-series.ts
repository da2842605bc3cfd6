import type { Config } from './config/config.ts'
import type { Catalogue } from './model/device.ts'
import type { Log } from './model/log.ts'
import type { Pace } from './model/pace.ts'
import type { SeriesStore } from './model/series.ts'
import type { DataFolder } from './ops/data-folder.ts'
import { InfluxSeries } from './series/influx-series.ts'
import { SqliteSeries } from './series/sqlite-series.ts'

/** The series store that is configured; not started. */
export function openSeries(config: Config, catalogue: Catalogue, data: DataFolder, log: Log, pace?: Pace): SeriesStore {
  const common = { kinds: [...catalogue.kinds()], retentionDays: config.series.retentionDays, log, ...(pace && { pace }) }
  if (config.series.store === 'sqlite') return new SqliteSeries({ ...common, file: data.file('series.db') })
  return new InfluxSeries({ ...common, ...config.influx })
}
