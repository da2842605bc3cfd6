import type { Translated } from '../i18n/catalogue.ts'
import { useLanguage } from '../i18n/language-provider.tsx'

const en = {
  sortBy: (column: string) => `Sort by ${column}`,
  export: 'CSV',
  exportHelp: 'Save all rows that fit as a CSV file',
  exporting: 'The file is being made…',
  onMap: 'Show these on the map',
  inView: 'In the part of the map you came from',
  onlyInView: 'Only what the map showed',
  everywhere: 'Everywhere',
  allOrgs: 'All organisations',
  allKinds: 'All kinds',
  organisation: 'Organisation',
  kind: 'Kind',
  clear: 'Clear filters',
  state: 'State',
  anyState: 'Any state',
  conditions: { ok: 'Reporting', stale: 'Stale', silent: 'Never reported' },
  minutes: (count: string) => `${count} min`,
}

type Texts = Translated<typeof en>

const zh: Texts = {
  sortBy: column => `按${column}排序`,
  export: '导出表格',
  exportHelp: '把符合条件的所有行存为 CSV 文件',
  exporting: '正在生成文件…',
  onMap: '在地图上显示',
  inView: '仅限来时的地图范围',
  onlyInView: '仅限地图所示范围',
  everywhere: '不限范围',
  allOrgs: '全部单位',
  allKinds: '全部类别',
  organisation: '单位',
  kind: '类别',
  clear: '清除筛选',
  state: '状态',
  anyState: '任何状态',
  conditions: { ok: '正常上报', stale: '超时未报', silent: '从未上报' },
  minutes: count => `${count} 分钟`,
}

/** Texts of their own: they come with what shows them. */
export const tableTexts = { en, zh }

/** Texts of tables, in the language of the page. */
export function useTableTexts(): Texts {
  return tableTexts[useLanguage().language]
}
