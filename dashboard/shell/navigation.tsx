import { Menu } from '@mantine/core'
import { Fragment } from 'react'
import { Link } from 'react-router'
import { useText } from '../i18n/language-provider.tsx'
import { useSession } from '../session/session-queries.ts'
import { Icon } from '../theme/icon.tsx'
import { pageGroups } from './pages.ts'
import { usePageLinks } from './use-page-links.ts'

/** The rail at the left: every page with its icon and its name below, in groups. */
export function NavigationRail() {
  const text = useText()
  const session = useSession().data
  const { current, linkTo } = usePageLinks()
  return (
    <nav className="cg-rail" aria-label={text.app.navigation}>
      {pageGroups(session).map(({ group, pages }) => (
        <ul key={group} aria-label={text.pageGroups[group]}>
          {pages.map(page => (
            <li key={page.path}>
              <Link to={linkTo(page)} aria-current={page.path === current?.path ? 'page' : undefined}>
                <Icon name={page.icon} size={20} />
                <span>{text.pages[page.key]}</span>
              </Link>
            </li>
          ))}
        </ul>
      ))}
    </nav>
  )
}

/** The same pages as entries of a menu, for phones. */
export function NavigationEntries() {
  const text = useText()
  const session = useSession().data
  const { current, linkTo } = usePageLinks()
  return pageGroups(session).map(({ group, pages }) => (
    <Fragment key={group}>
      <Menu.Label>{text.pageGroups[group]}</Menu.Label>
      {pages.map(page => (
        <Menu.Item
          key={page.path}
          component={Link}
          to={linkTo(page)}
          leftSection={<Icon name={page.icon} />}
          aria-current={page.path === current?.path ? 'page' : undefined}
        >
          {text.pages[page.key]}
        </Menu.Item>
      ))}
    </Fragment>
  ))
}
