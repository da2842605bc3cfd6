import { access, writeFile } from 'node:fs/promises'
import { createInterface } from 'node:readline/promises'
import { type Command, InvalidArgumentError, Option } from 'commander'
import { kinds } from '../../devices/kinds/index.ts'
import { makeEntry } from '../../devices/model-entry.ts'
import { readModelFile } from '../../devices/model-file.ts'
import { terminalLanguage } from '../config/language.ts'
import { GatewayError } from '../model/errors.ts'
import { type Answers, type DraftPoint, draftText } from './model-draft.ts'
import type { Language } from './model-text.ts'

interface NewFlags extends Partial<Omit<Answers, 'points'>> {
  readonly point?: readonly DraftPoint[]
  readonly out?: string
  readonly lang: Language
}

/** What is asked for, in order, when it is not given as a flag. */
const questions: readonly {
  readonly key: Exclude<keyof Answers, 'points'>
  readonly flag: string
  readonly usual?: string
  readonly ask: Readonly<Record<Language, string>>
}[] = [
  { key: 'id', flag: '--id', ask: { en: 'Its id, such as acme-em3', zh: '型号标识，如 acme-em3' } },
  { key: 'maker', flag: '--maker', ask: { en: 'Who makes it', zh: '厂家' } },
  { key: 'titleEn', flag: '--title-en', ask: { en: 'Its name in English', zh: '英文名称' } },
  { key: 'titleZh', flag: '--title-zh', ask: { en: 'Its name in Chinese', zh: '中文名称' } },
  { key: 'kind', flag: '--kind', ask: { en: `Its kind (${kinds.map(kind => kind.id).join(', ')})`, zh: `种类（${kinds.map(kind => kind.id).join('、')}）` } },
  { key: 'source', flag: '--source', ask: { en: 'Where the register list comes from (manual, chapter, version)', zh: '寄存器表来源（手册、章节、版本）' } },
  {
    key: 'function',
    flag: '--function',
    usual: '3',
    ask: { en: 'Function code: 3 holding registers, 4 input registers', zh: '功能码：3 保持寄存器，4 输入寄存器' },
  },
  {
    key: 'firstAddress',
    flag: '--first-address',
    usual: '0',
    ask: { en: 'What the manual calls the first register (0, 1, 40001 …)', zh: '手册中第一个寄存器的编号（0、1、40001……）' },
  },
  {
    key: 'order',
    flag: '--order',
    usual: 'ABCD',
    ask: { en: 'Byte order of values in two registers: ABCD high register first, CDAB low first', zh: '双寄存器字节序：ABCD 高字在前，CDAB 低字在前' },
  },
]
const POINT = /^([a-z][A-Za-z0-9]*):(0x[0-9a-fA-F]{1,4}|\d{1,6}):([a-z0-9]+)(?::([0-9.e-]+))?$/

/** `citygate model new`: a first file for a product, by questions or by flags. */
export function registerNew(model: Command): void {
  const command = model.command('new').description('begin a Modbus model: asks on a terminal for what the flags do not say, and writes a valid file')
  for (const { flag, ask } of questions) command.option(`${flag} <TEXT>`, ask.en)
  command
    .option('--point <FIELD:ADDRESS:TYPE[:SCALE]>', 'a value, such as voltageL1:0x0061:u16:0.1; may be given again', points)
    .option('--out <FILE>', 'the file to write (usual: its id and .json, in this folder)')
    .addOption(new Option('--lang <LANG>', 'the language of the questions').choices(['zh', 'en']).default(terminalLanguage()))
    .addHelpText(
      'after',
      `
Example:
  citygate model new --id acme-em3 --maker Acme --title-en 'Acme EM3' --title-zh 'Acme EM3 电表' --kind electricity-meter \\
    --source 'Acme EM3 manual 2.1, table 7' --point voltageL1:1:u16:0.1 --point importEnergy:101:u32:0.01 --first-address 1`,
    )
  command.action(async (flags: NewFlags) => {
    const missing = [
      ...questions.filter(({ key, usual }) => flags[key] === undefined && usual === undefined).map(each => each.flag),
      ...(flags.point ? [] : ['--point']),
    ]
    if (!process.stdin.isTTY && missing.length > 0) return command.error(`error: there is no terminal to ask on: give ${missing.join(', ')}`)
    await write(process.stdin.isTTY ? await asked(flags) : given(flags), flags)
  })
}

async function write(answers: Answers, { out, lang }: NewFlags): Promise<void> {
  const file = out ?? `${answers.id}.json`
  const text = draftText(answers)
  const read = readModelFile(file, text)
  const entry = 'model' in read ? makeEntry(read.model, new Map()) : undefined
  const problems = 'model' in read ? (Array.isArray(entry) ? entry.map(read.say) : []) : read
  if (problems.length > 0) throw new GatewayError('MODEL_INVALID', `this is no model yet, and nothing was written:\n${problems.join('\n')}`)
  const exists = await access(file).then(
    () => true,
    () => false,
  )
  if (exists) throw new GatewayError('MODEL_INVALID', `${file} is there already: name another with --out`)
  await writeFile(file, text, { flag: 'wx' })
  console.log(
    lang === 'zh' ? `已写入 ${file}；请用 citygate model check ${file} 检查` : `${file} is written; citygate model check ${file} shows what it will ask`,
  )
}

function given(flags: NewFlags): Answers {
  return answersFrom(key => flags[key], flags.point ?? [])
}

function answersFrom(of: (key: Exclude<keyof Answers, 'points'>) => string | undefined, list: readonly DraftPoint[]): Answers {
  const found = Object.fromEntries(questions.map(({ key, usual }) => [key, of(key) ?? usual ?? ''])) as unknown as Omit<Answers, 'points'>
  return { ...found, points: list }
}

async function asked(flags: NewFlags): Promise<Answers> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout })
  try {
    const said = new Map<string, string>()
    for (const { key, usual, ask } of questions) {
      if (flags[key] !== undefined) continue
      const answer = await terminal.question(`${ask[flags.lang]}${usual === undefined ? '' : ` [${usual}]`}: `)
      if (answer.trim() !== '') said.set(key, answer.trim())
    }
    const answers = answersFrom(key => flags[key] ?? said.get(key), flags.point ?? [])
    return answers.points.length > 0 ? answers : { ...answers, points: await askedPoints(terminal, answers.kind, flags.lang) }
  } finally {
    terminal.close()
  }
}

async function askedPoints(terminal: { question(text: string): Promise<string> }, kindId: string, lang: Language): Promise<DraftPoint[]> {
  const kind = kinds.find(each => each.id === kindId)
  const found: DraftPoint[] = []
  console.log(
    lang === 'zh'
      ? '逐项输入 地址:类型[:倍率]，如 0x0061:u16:0.1；没有的直接回车'
      : 'For each value ADDRESS:TYPE[:SCALE], such as 0x0061:u16:0.1; nothing when the meter has none',
  )
  for (const [field, { title, unit }] of Object.entries(kind?.fields ?? {})) {
    for (;;) {
      const answer = (await terminal.question(`  ${title[lang]}${unit === undefined ? '' : ` (${unit})`}: `)).trim()
      const point = answer === '' ? undefined : pointOf(`${field}:${answer}`)
      if (point) found.push(point)
      if (point || answer === '') break
      console.log(lang === 'zh' ? '  格式：地址:类型[:倍率]' : '  expected ADDRESS:TYPE[:SCALE]')
    }
  }
  return found
}

function points(text: string, before: readonly DraftPoint[] | undefined): readonly DraftPoint[] {
  const point = pointOf(text)
  if (!point) throw new InvalidArgumentError('Expected FIELD:ADDRESS:TYPE or FIELD:ADDRESS:TYPE:SCALE, such as voltageL1:0x0061:u16:0.1.')
  return [...(before ?? []), point]
}

function pointOf(text: string): DraftPoint | undefined {
  const [, field, address, type, scale] = POINT.exec(text) ?? []
  if (field === undefined || address === undefined || type === undefined) return undefined
  return { field, address, type, ...(scale !== undefined && { scale: Number(scale) }) }
}
