import { ActionIcon, type MantineColorScheme, Menu, SegmentedControl, Text, useMantineColorScheme } from '@mantine/core'
import type { Language } from '../i18n/catalogue.ts'
import { useLanguage } from '../i18n/language-provider.tsx'
import { useContrast } from '../theme/contrast.tsx'
import { Icon } from '../theme/icon.tsx'
import { NavigationEntries } from './navigation.tsx'

/** The switch between the languages, each named in its own. */
export function LanguageSwitch() {
  const { language, text, choose } = useLanguage()
  return (
    <SegmentedControl<Language>
      size="xs"
      aria-label={text.app.language}
      value={language}
      onChange={choose}
      data={[
        // Names of languages stand in the languages themselves.
        { value: 'zh', label: '中文' },
        { value: 'en', label: 'EN' },
      ]}
    />
  )
}

/** The switch between light, dark and what the system has. */
export function SchemeSwitch() {
  const { text } = useLanguage()
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  const entry = (value: MantineColorScheme, label: string, icon: 'sun' | 'moon' | 'system') => ({
    value,
    label: (
      <span className="cg-scheme" title={label}>
        <Icon name={icon} size={16} />
        <span className="cg-hidden">{label}</span>
      </span>
    ),
  })
  return (
    <SegmentedControl<MantineColorScheme>
      size="xs"
      aria-label={text.app.appearance}
      value={colorScheme}
      onChange={setColorScheme}
      data={[entry('light', text.app.light, 'sun'), entry('dark', text.app.dark, 'moon'), entry('auto', text.app.system, 'system')]}
    />
  )
}

/** High contrast on and off. */
export function ContrastSwitch() {
  const { text } = useLanguage()
  const { high, choose } = useContrast()
  return (
    <ActionIcon
      variant={high ? 'filled' : 'subtle'}
      {...(!high && { color: 'gray' })}
      size="lg"
      aria-label={text.app.contrast}
      aria-pressed={high}
      title={text.app.contrast}
      onClick={() => choose(!high)}
    >
      <Icon name="contrast" />
    </ActionIcon>
  )
}

/** On a phone all that the header has no room for. */
export function PhoneMenu() {
  const { text } = useLanguage()
  return (
    <Menu position="bottom-end" width={240} shadow="md" classNames={{ dropdown: 'cg-phone-menu' }}>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size="lg" aria-label={text.app.menu}>
          <Icon name="menu" size={20} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <NavigationEntries />
        <Menu.Divider />
        <div className="cg-menu-row">
          <Text size="sm">{text.app.language}</Text>
          <LanguageSwitch />
        </div>
        <div className="cg-menu-row">
          <Text size="sm">{text.app.appearance}</Text>
          <SchemeSwitch />
        </div>
        <div className="cg-menu-row">
          <Text size="sm">{text.app.contrast}</Text>
          <ContrastSwitch />
        </div>
      </Menu.Dropdown>
    </Menu>
  )
}
