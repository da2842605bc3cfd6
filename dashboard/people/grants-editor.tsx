import { ActionIcon, Autocomplete, Button, NativeSelect } from '@mantine/core'
import { useOrgName } from '../api/org-names.ts'
import { useOverview } from '../api/queries.ts'
import { useText } from '../i18n/language-provider.tsx'
import { administeredOrgs, administersAll } from '../session/rights.ts'
import { useSession } from '../session/session-queries.ts'
import { everyOrg, type Grant, roles } from '../session/session-types.ts'
import { Icon } from '../theme/icon.tsx'
import { usePeopleTexts } from './people-texts.ts'

/** The organisations in which whoever looks gives roles; none where these are all. */
export function useOwnOrgs(): readonly string[] {
  const session = useSession().data
  return administersAll(session) ? [] : administeredOrgs(session)
}

/** Roles by organisation, each a line; in the own organisations alone for who administers no others. */
export function GrantsEditor({ grants, onChange }: { readonly grants: readonly Grant[]; readonly onChange: (grants: readonly Grant[]) => void }) {
  const text = useText()
  const texts = usePeopleTexts()
  const orgs = useOverview().data?.orgs.map(({ org }) => org) ?? []
  const own = useOwnOrgs()
  const orgName = useOrgName()
  const free = own.filter(org => !grants.some(grant => grant.org === org))
  const put = (index: number, change: Partial<Grant>) => onChange(grants.map((grant, at) => (at === index ? { ...grant, ...change } : grant)))
  return (
    <div className="cg-grants-editor">
      {grants.map((grant, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a line has no name of its own: its organisation is being typed. All it shows is in its grant, so that another line in its place loses nothing
        <div className="cg-grant" key={index}>
          <NativeSelect
            label={texts.role}
            value={grant.role}
            data={roles.map(role => ({ value: role, label: text.user.roles[role] }))}
            onChange={event => {
              const role = roles.find(each => each === event.currentTarget.value)
              if (role) put(index, { role })
            }}
          />
          {own.length === 0 ? (
            <Autocomplete label={texts.org} value={grant.org} data={[everyOrg, ...orgs]} maxLength={64} onChange={org => put(index, { org })} />
          ) : (
            <NativeSelect
              label={texts.org}
              value={grant.org}
              data={own.filter(org => org === grant.org || free.includes(org)).map(org => ({ value: org, label: orgName(org) }))}
              onChange={event => put(index, { org: event.currentTarget.value })}
            />
          )}
          <ActionIcon variant="default" size="lg" aria-label={texts.removeGrant(grant.org)} onClick={() => onChange(grants.filter((_, at) => at !== index))}>
            <Icon name="close" size={16} />
          </ActionIcon>
        </div>
      ))}
      <p className="cg-advice">{own.length === 0 ? texts.orgHelp : texts.orgHelpOwn}</p>
      <Button
        size="compact-sm"
        variant="default"
        disabled={own.length > 0 && free.length === 0}
        onClick={() => onChange([...grants, { org: (own.length === 0 ? orgs[0] : free[0]) ?? everyOrg, role: 'viewer' }])}
      >
        {texts.addGrant}
      </Button>
    </div>
  )
}
