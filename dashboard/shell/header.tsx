import { ActionIcon } from '@mantine/core'
import { Link } from 'react-router'
import { useText } from '../i18n/language-provider.tsx'
import { UserMenu } from '../session/user-menu.tsx'
import { Icon } from '../theme/icon.tsx'
import { LinkBadge } from './link-badge.tsx'
import { ContrastSwitch, LanguageSwitch, PhoneMenu, SchemeSwitch } from './preferences.tsx'
import { SearchBox } from './search-box.tsx'

/** One line above everything: name, search, the live link, language and appearance. */
export function Header({ phone, onKeys }: { readonly phone: boolean; readonly onKeys: () => void }) {
  const text = useText()
  return (
    <div className="cg-header">
      <Link to="/" className="cg-brand" aria-label={text.app.name}>
        <svg width="26" height="26" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
          <rect width="32" height="32" rx="7" fill="#2263d1" />
          <path d="M8 24V14a8 8 0 0 1 16 0v10M13 24v-9a3 3 0 0 1 6 0v9M6 24h20" fill="none" stroke="#fff" strokeWidth="2.2" strokeLinecap="round" />
        </svg>
        {!phone && <span>{text.app.name}</span>}
      </Link>
      <SearchBox />
      <div className="cg-header-end">
        <LinkBadge />
        <UserMenu />
        {phone ? (
          <PhoneMenu />
        ) : (
          <>
            <LanguageSwitch />
            <SchemeSwitch />
            <ContrastSwitch />
            <ActionIcon variant="subtle" color="gray" size="lg" aria-label={text.app.keys} title={text.app.keys} onClick={onKeys}>
              <Icon name="help" size={20} />
            </ActionIcon>
          </>
        )}
      </div>
    </div>
  )
}
