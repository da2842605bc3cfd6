import { ActionIcon, Menu, Text } from '@mantine/core'
import { Link } from 'react-router'
import { useOrgName } from '../api/org-names.ts'
import type { Catalogue } from '../i18n/catalogue.ts'
import { useText } from '../i18n/language-provider.tsx'
import { useServices } from '../services.tsx'
import { Icon } from '../theme/icon.tsx'
import { isLocal } from './rights.ts'
import { useSession, useSignOut } from './session-queries.ts'
import { everyOrg, type Grant } from './session-types.ts'

/** A grant in words: `Operator, Pudong Bus`. */
export function grantWords({ org, role }: Grant, text: Catalogue, orgName: (org: string) => string): string {
  return text.user.grant(text.user.roles[role], org === everyOrg ? text.user.everywhere : orgName(org))
}

/** Who is signed in and as what; the page of their own, and the way out. */
export function UserMenu() {
  const text = useText()
  const { tokens } = useServices()
  const session = useSession().data
  const signOut = useSignOut()
  const byToken = tokens.token !== undefined
  if (!byToken && session?.signedIn !== true) return null
  const local = !byToken && isLocal(session)
  const name = byToken ? text.user.byToken : local ? text.user.local : (session?.person?.name ?? session?.person?.id ?? text.app.none)
  return (
    <Menu position="bottom-end" width={260} shadow="md">
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size="lg" aria-label={text.user.menu(name)} title={name}>
          <Icon name="person" size={20} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <div className="cg-user">
          <Text size="sm" fw={550} truncate>
            {name}
          </Text>
          {local && (
            <Text size="xs" c="var(--cg-dimmed)">
              {text.user.localHelp}
            </Text>
          )}
          {!byToken && !local && <OwnRoles grants={session?.grants ?? []} />}
        </div>
        {!byToken && !local && <Entries />}
        {!local && (
          <>
            <Menu.Divider />
            <Menu.Item leftSection={<Icon name="leave" />} onClick={() => signOut.mutate()}>
              {text.user.signOut}
            </Menu.Item>
          </>
        )}
      </Menu.Dropdown>
    </Menu>
  )
}

function OwnRoles({ grants }: { readonly grants: readonly Grant[] }) {
  const text = useText()
  const orgName = useOrgName()
  return grants.map(grant => (
    <Text key={grant.org} size="xs" c="var(--cg-dimmed)" truncate>
      {grantWords(grant, text, orgName)}
    </Text>
  ))
}

function Entries() {
  const text = useText()
  return (
    <>
      <Menu.Divider />
      <Menu.Item component={Link} to="/account" leftSection={<Icon name="person" />}>
        {text.user.account}
      </Menu.Item>
    </>
  )
}
