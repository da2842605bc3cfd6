import { useMantineColorScheme } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useNavigate } from 'react-router'
import { useDeviceSearch } from '../api/queries.ts'
import { en } from '../i18n/en.ts'
import { useLanguage } from '../i18n/language-provider.tsx'
import { zh } from '../i18n/zh.ts'
import { isLocal } from '../session/rights.ts'
import { useSession, useSignOut } from '../session/session-queries.ts'
import { pageGroups } from '../shell/pages.ts'
import { usePageLinks } from '../shell/use-page-links.ts'
import { useContrast } from '../theme/contrast.tsx'
import { type Entry, fitting } from './entry.ts'
import { usePaletteTexts } from './palette-texts.ts'

/** What the palette offers for what is typed: pages and commands at once, devices as the gateway finds them. */
export function useEntries(typed: string, showKeys: () => void): { readonly entries: readonly Entry[]; readonly searching: boolean } {
  const pages = usePageEntries()
  const commands = useCommandEntries(showKeys)
  const { entries, searching } = useDeviceEntries(typed)
  return { entries: [...fitting([...pages, ...commands], typed), ...entries], searching }
}

function usePageEntries(): readonly Entry[] {
  const texts = usePaletteTexts()
  const { text } = useLanguage()
  const navigate = useNavigate()
  const session = useSession().data
  const { linkTo } = usePageLinks()
  return pageGroups(session)
    .flatMap(({ pages }) => pages)
    .map(page => ({
      id: `page:${page.path}`,
      title: texts.goTo(text.pages[page.key]),
      note: texts.page,
      icon: page.icon,
      words: [en.pages[page.key], zh.pages[page.key], page.key],
      run: () => void navigate(linkTo(page)),
    }))
}

function useCommandEntries(showKeys: () => void): readonly Entry[] {
  const texts = usePaletteTexts()
  const { language, choose } = useLanguage()
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  const contrast = useContrast()
  const session = useSession().data
  const signOut = useSignOut()
  const command = (id: string, title: string, icon: Entry['icon'], words: readonly string[], run: () => void): Entry => ({
    id: `command:${id}`,
    title,
    note: texts.command,
    icon,
    words,
    run,
  })
  return [
    ...(language === 'zh'
      ? [command('en', texts.speakEnglish, 'globe', ['english', '英文', '语言', 'language'], () => choose('en'))]
      : [command('zh', texts.speakChinese, 'globe', ['chinese', '中文', '语言', 'language'], () => choose('zh'))]),
    ...(colorScheme === 'light' ? [] : [command('light', texts.light, 'sun', ['light', '浅色'], () => setColorScheme('light'))]),
    ...(colorScheme === 'dark' ? [] : [command('dark', texts.dark, 'moon', ['dark', 'night', '深色'], () => setColorScheme('dark'))]),
    ...(colorScheme === 'auto' ? [] : [command('auto', texts.asTheSystem, 'system', ['auto', 'system', '系统'], () => setColorScheme('auto'))]),
    command('contrast', contrast.high ? texts.lessContrast : texts.moreContrast, 'contrast', ['contrast', '对比度'], () => contrast.choose(!contrast.high)),
    command('link', texts.copyLink, 'link', ['copy', 'share', '复制', '链接'], () => void navigator.clipboard?.writeText(window.location.href)),
    command('keys', texts.keys, 'keyboard', ['help', 'shortcuts', '帮助', '快捷键'], showKeys),
    ...(session === undefined || isLocal(session) ? [] : [command('leave', texts.signOut, 'leave', ['log out', '退出'], () => signOut.mutate())]),
  ]
}

function useDeviceEntries(typed: string): { readonly entries: readonly Entry[]; readonly searching: boolean } {
  const texts = usePaletteTexts()
  const navigate = useNavigate()
  const [wanted] = useDebouncedValue(typed.trim(), 200)
  const found = useDeviceSearch(wanted)
  const devices = wanted === '' || typed.trim() === '' ? [] : (found.data ?? [])
  return {
    searching: found.isFetching && wanted !== '',
    entries: devices.map(({ id, name }) => ({
      id: `device:${id}`,
      title: name ?? id,
      note: name === undefined ? texts.device : id,
      icon: 'locate',
      words: [],
      run: () => void navigate(`/devices/${encodeURIComponent(id)}`),
    })),
  }
}
