import './people.css'
import { Alert, Badge, Button, Loader, Table, Title, UnstyledButton } from '@mantine/core'
import { useState } from 'react'
import { useSearchParams } from 'react-router'
import { useOrgName } from '../api/org-names.ts'
import { useFormat } from '../format/format-provider.tsx'
import { useText } from '../i18n/language-provider.tsx'
import { administersAll } from '../session/rights.ts'
import { useSession } from '../session/session-queries.ts'
import { grantWords } from '../session/user-menu.tsx'
import { ForbiddenPage, isForbidden } from '../shell/forbidden-page.tsx'
import { Dialog } from '../shell/form-parts.tsx'
import { EmptyView, ProblemView } from '../shell/problem-view.tsx'
import { useTitle } from '../shell/use-title.ts'
import { WideTable } from '../table/wide-table.tsx'
import { CopyButton } from './copy-button.tsx'
import { type InvitationLink, usePeople } from './people-queries.ts'
import { usePeopleTexts } from './people-texts.ts'
import type { Person } from './people-types.ts'
import { PersonActions } from './person-actions.tsx'
import { PersonForm } from './person-form.tsx'

/** Who signs in here. Whoever is changed stands in the address: `person=li.wei`; `person=` adds somebody. */
export default function PeoplePage() {
  const text = useText()
  const texts = usePeopleTexts()
  const people = usePeople()
  const overall = administersAll(useSession().data)
  const [parameters, setParameters] = useSearchParams()
  const [link, setLink] = useState<InvitationLink | undefined>(undefined)
  useTitle(texts.title)
  const chosen = parameters.get('person') ?? undefined
  const choose = (person: string | undefined) =>
    setParameters(before => {
      const next = new URLSearchParams(before)
      if (person === undefined) next.delete('person')
      else next.set('person', person)
      return next
    })
  if (isForbidden(people.error)) return <ForbiddenPage title={texts.title} words={texts.forbidden} ask="administrator" />
  const person = people.data?.find(({ id }) => id === chosen)
  const show = (made: InvitationLink | undefined) => {
    setLink(made)
    choose(undefined)
  }
  return (
    <div className="cg-page">
      <div className="cg-page-head">
        <Title order={1}>{texts.title}</Title>
        <Button size="compact-sm" onClick={() => choose('')}>
          {texts.add}
        </Button>
      </div>
      <p className="cg-intro">{overall ? texts.intro : texts.introOwn}</p>
      {link && <OneTimeLink link={link} onClose={() => setLink(undefined)} />}
      {people.isPending && <Loader size="sm" aria-label={text.app.loading} />}
      {people.isError && !people.data && <ProblemView error={people.error} onRetry={() => void people.refetch()} />}
      {people.data?.length === 0 && <EmptyView title={texts.none} advice={texts.noneAdvice} />}
      {people.data && people.data.length > 0 && <PeopleTable people={people.data} onChoose={choose} />}
      <Dialog opened={chosen === '' || person !== undefined} onClose={() => choose(undefined)} title={person === undefined ? texts.add : texts.edit(person.id)}>
        <PersonForm key={person?.id ?? ''} person={person} onDone={show} onCancel={() => choose(undefined)} />
        {person?.elsewhere && <p className="cg-advice">{texts.elsewhereHelp}</p>}
        {person && !person.elsewhere && <PersonActions person={person} onLink={show} onRemoved={() => choose(undefined)} />}
      </Dialog>
    </div>
  )
}

function PeopleTable({ people, onChoose }: { readonly people: readonly Person[]; readonly onChoose: (person: string) => void }) {
  const orgName = useOrgName()
  const text = useText()
  const texts = usePeopleTexts()
  const format = useFormat()
  return (
    <WideTable label={texts.title} minWidth={560}>
      <Table className="cg-list" verticalSpacing={6} horizontalSpacing="sm" highlightOnHover>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{texts.person}</Table.Th>
            <Table.Th>{texts.roles}</Table.Th>
            <Table.Th>{texts.signIn}</Table.Th>
            <Table.Th>{texts.last}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {people.map(person => (
            <Table.Tr key={person.id}>
              <Table.Td>
                <UnstyledButton className="cg-named" title={texts.edit(person.id)} onClick={() => onChoose(person.id)}>
                  {person.name ?? person.id} {person.name !== undefined && <code>{person.id}</code>}
                </UnstyledButton>
                {person.disabled && (
                  <Badge ml={8} color="gray" variant="light">
                    {texts.disabled}
                  </Badge>
                )}
              </Table.Td>
              <Table.Td>
                {person.grants.length === 0 ? texts.noRoles : person.grants.map(grant => grantWords(grant, text, orgName)).join(' · ')}
                {person.elsewhere && <span className="cg-elsewhere">{texts.elsewhere}</span>}
              </Table.Td>
              <Table.Td>{!person.hasPassword ? texts.noPassword : person.secondFactor ? texts.passwordAndCode : texts.password}</Table.Td>
              <Table.Td>{person.lastSignInAt === undefined ? texts.never : format.dateTime(Date.parse(person.lastSignInAt))}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </WideTable>
  )
}

/** The link somebody is sent; shown once. */
function OneTimeLink({ link, onClose }: { readonly link: InvitationLink; readonly onClose: () => void }) {
  const text = useText()
  const texts = usePeopleTexts()
  const format = useFormat()
  const url = `${window.location.origin}/invitation#${link.token}`
  return (
    <Alert color="blue" mb="md" title={texts.link} withCloseButton closeButtonLabel={text.app.close} onClose={onClose}>
      <p className="cg-link-words">
        {texts.linkFor(link.person)} {format.dateTime(Date.parse(link.expiresAt))}
      </p>
      <code className="cg-secret" data-link>
        {url}
      </code>
      <div>
        <CopyButton value={url} />
      </div>
    </Alert>
  )
}
