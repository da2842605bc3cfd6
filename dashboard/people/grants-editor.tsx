import { ActionIcon, Autocomplete, Button, NativeSelect } from '@mantine/core'
import { useOverview } from '../api/queries.ts'
import { useText } from '../i18n/language-provider.tsx'
import { everyOrg, type Grant, roles } from '../session/session-types.ts'
import { Icon } from '../theme/icon.tsx'
import { usePeopleTexts } from './people-texts.ts'

/** Roles by organisation, each a line. */
export function GrantsEditor({ grants, onChange }: { readonly grants: readonly Grant[]; readonly onChange: (grants: readonly Grant[]) => void }) {
  const text = useText()
  const texts = usePeopleTexts()
  const orgs = useOverview().data?.orgs.map(({ org }) => org) ?? []
  const put = (index: number, change: Partial<Grant>) => onChange(grants.map((grant, at) => (at === index ? { ...grant, ...change } : grant)))
  return (
    <div className="cg-grants-editor">
      {grants.map((grant, index) => (
        // Lines have no names of their own, and are only added at the end.
        // biome-ignore lint/suspicious/noArrayIndexKey: see above
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
          <Autocomplete label={texts.org} value={grant.org} data={[everyOrg, ...orgs]} maxLength={64} onChange={org => put(index, { org })} />
          <ActionIcon variant="default" size="lg" aria-label={texts.removeGrant(grant.org)} onClick={() => onChange(grants.filter((_, at) => at !== index))}>
            <Icon name="close" size={16} />
          </ActionIcon>
        </div>
      ))}
      <p className="cg-advice">{texts.orgHelp}</p>
      <Button size="compact-sm" variant="default" onClick={() => onChange([...grants, { org: orgs[0] ?? everyOrg, role: 'viewer' }])}>
        {texts.addGrant}
      </Button>
    </div>
  )
}
