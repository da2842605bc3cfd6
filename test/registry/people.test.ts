import type * as crypto from 'node:crypto'
import { describe, expect, test, vi } from 'vitest'
import { GatewayError } from '../../gateway/model/errors.ts'
import type { PersonDraft, SessionOrigin } from '../../gateway/model/people.ts'
import { Registry } from '../../gateway/registry/registry.ts'
import { shownBy } from '../support/authenticator.ts'
import { tester } from '../support/tester.ts'
import { databases, KeptLog, places, workspace } from './workspace.ts'

// What a hash costs is looked at in people-pieces.test.ts and sign-in-work.test.ts.
vi.mock('node:crypto', async original => (await import('../support/quick-hashes.ts')).quick(await original<typeof crypto>()))

const { folder, open } = workspace()
const admin: PersonDraft = { id: 'admin', grants: [{ org: '*', role: 'admin' }] }
const wei: PersonDraft = { id: 'li.wei', name: '李伟', grants: [{ org: 'pudong-bus', role: 'operator' }] }
const desk: SessionOrigin = { means: 'password', address: '10.1.2.3', agent: 'Firefox' }
const good = 'tram ginger oblique 7'
const HOUR = 3_600_000

describe.each(databases)('people on %s', database => {
  const { place } = places(database, folder)

  test('are added, changed and removed, and are there after a restart', async () => {
    const kept = await place()
    const registry = await open(kept)
    await registry.people.addPerson(wei, tester)
    await expect(registry.people.addPerson(wei, tester)).rejects.toMatchObject({ code: 'PERSON_EXISTS' })
    const changed = await registry.people.changePerson({ ...wei, name: 'Li Wei', grants: [] }, tester)
    expect(changed).toMatchObject({ id: 'li.wei', name: 'Li Wei', grants: [], hasPassword: false, secondFactor: false })
    const other = await open(kept)
    expect(other.people.person('li.wei')).toEqual(changed)
    await registry.people.removePerson('li.wei', tester)
    await expect.poll(() => other.people.person('li.wei')).toBeUndefined()
    for (const gone of [
      () => registry.people.removePerson('li.wei', tester),
      () => registry.people.changePerson(wei, tester),
      () => registry.people.invite('li.wei', tester),
    ])
      await expect(gone()).rejects.toMatchObject({ code: 'PERSON_UNKNOWN' })
    expect((await registry.audit.search({ subject: 'person:li.wei', limit: 10 })).entries.map(({ action }) => action)).toEqual([
      'person.remove',
      'person.change',
      'person.add',
    ])
  })

  test.each([
    [{ id: 'Li Wei' }, 'id'],
    [{ id: '' }, 'id'],
    [{ id: 'x'.repeat(65) }, 'id'],
    [{ id: "a'; drop table person; --" }, 'id'],
    [{ name: 'a\u0000b' }, 'name'],
    [{ name: '\u202eevil' }, 'name'],
    [{ grants: [{ org: 'a/b', role: 'viewer' }] }, 'grants'],
    [
      {
        grants: [
          { org: 'a', role: 'viewer' },
          { org: 'a', role: 'admin' },
        ],
      },
      'grants',
    ],
  ] as const)('are not taken as %j', async (more, field) => {
    const registry = await open(await place())
    await expect(registry.people.addPerson({ ...wei, ...more }, tester)).rejects.toMatchObject({
      code: 'PERSON_INVALID',
      message: expect.stringContaining(field),
    })
    expect([...registry.people.people()]).toEqual([])
  })

  test('set a password by an invitation that is good once, and sign in with it', async () => {
    const registry = await open(await place())
    const { people } = registry
    await people.addPerson(wei, tester)
    const first = await people.invite('li.wei', tester)
    const { token } = await people.invite('li.wei', tester)
    expect(people.invitation(first.token)).toBeUndefined()
    expect(people.invitation(token)?.id).toBe('li.wei')
    await expect(people.redeemInvitation(token, 'short', tester)).rejects.toMatchObject({ code: 'PASSWORD_WEAK' })
    await expect(people.redeemInvitation(first.token, good, tester)).rejects.toMatchObject({ code: 'INVITATION_INVALID' })
    // Two at once: one of them sets it.
    const both = await Promise.allSettled([people.redeemInvitation(token, good, tester), people.redeemInvitation(token, 'another good one 5', tester)])
    expect(both.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    const chosen = both[0].status === 'fulfilled' ? good : 'another good one 5'
    expect(people.invitation(token)).toBeUndefined()
    expect(await people.checkPassword('li.wei', chosen)).toMatchObject({ id: 'li.wei', hasPassword: true })
    expect(await people.checkPassword('li.wei', `${chosen}!`)).toBeUndefined()
    expect(await people.checkPassword('nobody', chosen)).toBeUndefined()
    expect(await people.checkPassword('__proto__', chosen)).toBeUndefined()
    await people.changePerson({ ...wei, disabled: true }, tester)
    expect(await people.checkPassword('li.wei', chosen)).toBeUndefined()
  })

  test('are looked at in the transaction that changes them, and a guard that throws keeps all as it was', async () => {
    const kept = await place()
    const [here, there] = [await open(kept), await open(kept)]
    await here.people.addPerson(wei, tester)
    await expect.poll(() => there.people.person('li.wei')?.grants).toEqual(wei.grants)
    // Two gateways that change one person, each before it has read of the other's change, do not undo each other.
    const give = (registry: Registry, org: string) =>
      registry.people.alterPerson('li.wei', before => ({ ...before, grants: [...before.grants, { org, role: 'viewer' }] }), tester)
    for (const [registry, org] of [[here, 'a'] as const, [there, 'b'] as const, [here, 'c'] as const]) await give(registry, org)
    expect(
      (await open(kept)).people
        .person('li.wei')
        ?.grants.map(({ org }) => org)
        .toSorted(),
    ).toEqual(['a', 'b', 'c', 'pudong-bus'])
    const { token } = await here.people.openSession('li.wei', desk, tester)
    const seen: PersonDraft[] = []
    const guard = (person: PersonDraft): void => {
      seen.push(person)
      throw new GatewayError('PERSON_ELSEWHERE', 'not yours')
    }
    for (const deed of [
      () => there.people.removePerson('li.wei', tester, guard),
      () => there.people.invite('li.wei', tester, guard),
      () => there.people.dropSecondFactor('li.wei', tester, guard),
      () => there.people.closeSessions('li.wei', undefined, tester, guard),
    ])
      await expect(deed()).rejects.toMatchObject({ code: 'PERSON_ELSEWHERE' })
    expect(seen.map(({ grants }) => grants.length)).toEqual([4, 4, 4, 4])
    expect(here.people.session(token)).toBeDefined()
  })

  test('have an invitation that is good no more once they reach more than whoever made it knew', async () => {
    const { people } = await open(await place())
    await people.addPerson(wei, tester)
    const { token } = await people.invite('li.wei', tester)
    await people.changePerson({ ...wei, name: 'Li Wei', grants: [{ org: 'pudong-bus', role: 'admin' }] }, tester)
    expect(people.invitation(token)?.id).toBe('li.wei')
    await people.changePerson({ ...wei, grants: [...wei.grants, { org: 'minhang', role: 'viewer' }] }, tester)
    expect(people.invitation(token)).toBeUndefined()
    await expect(people.redeemInvitation(token, good, tester)).rejects.toMatchObject({ code: 'INVITATION_INVALID' })
  })

  test('have sessions that end: closed, with the person, with the password, and when they are disabled', async () => {
    const kept = await place()
    const registry = await open(kept)
    const elsewhere = await open(kept)
    const { people } = registry
    await people.addPerson(wei, tester)
    const opened = await people.openSession('li.wei', desk, tester)
    expect(people.session(opened.token)).toMatchObject({
      session: { means: 'password', address: '10.1.2.3' },
      principal: { type: 'person', id: 'li.wei', session: opened.session.id, grants: wei.grants },
    })
    expect(people.visitor(opened.session.id)).toMatchObject({ id: 'li.wei' })
    await expect.poll(() => elsewhere.people.session(opened.token)?.person.id).toBe('li.wei')
    const { token } = opened
    for (const wrong of ['', token.slice(0, -1), `${token}a`, token.replace(/.$/, last => (last === 'A' ? 'E' : 'A')), `${'0'.repeat(16)}${token.slice(16)}`])
      expect(people.session(wrong), wrong).toBeUndefined()

    await people.closeSession(opened.session.id, tester)
    expect(people.session(token)).toBeUndefined()
    await expect.poll(() => elsewhere.people.session(token)).toBeUndefined()

    const [one, two] = [await people.openSession('li.wei', desk, tester), await people.openSession('li.wei', desk, tester)]
    await people.setPassword('li.wei', good, two.session.id, tester)
    expect([people.session(one.token), people.session(two.token)?.session.id]).toEqual([undefined, two.session.id])
    await people.changePerson({ ...wei, disabled: true }, tester)
    expect(people.session(two.token)).toBeUndefined()
    await expect(people.openSession('li.wei', desk, tester)).rejects.toMatchObject({ code: 'PERSON_INVALID' })
    await people.changePerson(wei, tester)
    expect(people.session(two.token)).toBeUndefined()
    const last = await people.openSession('li.wei', desk, tester)
    await people.removePerson('li.wei', tester)
    expect(people.session(last.token)).toBeUndefined()
  })

  test('have twenty sessions at most, the newest', async () => {
    const { people } = await open(await place())
    await people.addPerson(wei, tester)
    const tokens: string[] = []
    for (let number = 0; number < 21; number++) tokens.push((await people.openSession('li.wei', { ...desk, agent: `${number}` }, tester)).token)
    expect(people.sessionsOf('li.wei')).toHaveLength(20)
    expect(people.session(tokens[20] ?? '')).toBeDefined()
  })

  test('are told to listeners, so that what they had open is looked at', async () => {
    const registry = await open(await place())
    await registry.people.addPerson(wei, tester)
    let told = 0
    registry.onChange(() => told++)
    await registry.people.changePerson({ ...wei, grants: [] }, tester)
    expect(told).toBeGreaterThan(0)
  })

  test('leave no secret in the audit', async () => {
    const registry = await open(await place())
    const { people } = registry
    await people.addPerson(wei, tester)
    const { token } = await people.invite('li.wei', tester)
    await people.redeemInvitation(token, good, tester)
    const session = await people.openSession('li.wei', desk, tester)
    const { secret } = await people.startSecondFactor('li.wei', tester)
    const codes = await people.confirmSecondFactor('li.wei', shownBy(secret, Date.now()), tester)
    const told = JSON.stringify((await registry.audit.search({ limit: 100 })).entries)
    expect(told).toContain('person.confirm-second-factor')
    for (const hidden of [token, good, session.token, session.token.slice(17), secret, ...codes]) expect(told).not.toContain(hidden)
  })

  test('keep somebody who may administer everything', async () => {
    const { people } = await open(await place())
    await people.addPerson(admin, tester)
    // Nobody can sign in yet: there is nobody to lose.
    await people.changePerson({ ...admin, grants: [] }, tester)
    await people.changePerson(admin, tester)
    await people.setPassword('admin', good, undefined, tester)
    await people.addPerson({ ...wei, grants: admin.grants }, tester)
    for (const lost of [
      () => people.removePerson('admin', tester),
      () => people.changePerson({ ...admin, disabled: true }, tester),
      () => people.changePerson({ ...admin, grants: [{ org: '*', role: 'engineer' }] }, tester),
    ])
      await expect(lost()).rejects.toMatchObject({ code: 'LAST_ADMIN' })
    await people.setPassword('li.wei', good, undefined, tester)
    await people.removePerson('admin', tester)
    await expect(people.removePerson('li.wei', tester)).rejects.toMatchObject({ code: 'LAST_ADMIN' })
  })

  test('have a second factor whose codes are each taken once', async () => {
    const { people } = await open(await place())
    await people.addPerson(wei, tester)
    expect(await people.checkCode('li.wei', '000000')).toBeUndefined()
    const { secret } = await people.startSecondFactor('li.wei', tester)
    expect(people.person('li.wei')?.secondFactor).toBe(false)
    await expect(people.confirmSecondFactor('li.wei', '12345', tester)).rejects.toMatchObject({ code: 'CODE_WRONG' })
    const [recovery = ''] = await people.confirmSecondFactor('li.wei', shownBy(secret, Date.now()), tester)
    expect(people.person('li.wei')?.secondFactor).toBe(true)
    // The next half minute's is good already; the one that confirmed is used up.
    const next = shownBy(secret, Date.now() + 30_000)
    expect((await Promise.all([people.checkCode('li.wei', next), people.checkCode('li.wei', next)])).filter(Boolean)).toEqual(['totp'])
    expect((await Promise.all([people.checkCode('li.wei', recovery), people.checkCode('li.wei', recovery)])).filter(Boolean)).toEqual(['recovery'])
    await people.dropSecondFactor('li.wei', tester)
    expect(await people.checkCode('li.wei', shownBy(secret, Date.now() + 30_000))).toBeUndefined()
  })

  test('may be known to a provider, each identity to one person', async () => {
    const { people } = await open(await place())
    await people.addPerson(wei, tester)
    await people.addPerson(admin, tester)
    await people.linkIdentity('li.wei', 'https://id.example', 'sub-1', tester)
    await people.linkIdentity('li.wei', 'https://id.example', 'sub-1', tester)
    expect(people.identity('https://id.example', 'sub-1')?.id).toBe('li.wei')
    expect(people.identity('https://other.example', 'sub-1')).toBeUndefined()
    await expect(people.linkIdentity('admin', 'https://id.example', 'sub-1', tester)).rejects.toMatchObject({ code: 'IDENTITY_TAKEN' })
    expect(people.identitiesOf('li.wei')).toEqual([{ issuer: 'https://id.example', subject: 'sub-1', leads: false }])
    await people.removePerson('li.wei', tester)
    expect(people.identity('https://id.example', 'sub-1')).toBeUndefined()
    for (const [issuer, subject] of [
      ['no url', 'sub-2'],
      ['https://id.example', ''],
      ['https://id.example', 'x'.repeat(256)],
      ['https://id.example', 'a\u0000b'],
    ] as const)
      await expect(people.linkIdentity('admin', issuer, subject, tester)).rejects.toMatchObject({ code: 'PERSON_INVALID' })
  })

  test('may come with an identity, and lose it with the sessions it opened', async () => {
    const kept = await place()
    const { people } = await open(kept)
    const identity = { issuer: 'https://id.example', subject: 'sub-1' }
    await people.addPersonWith(identity, wei, tester)
    await expect(people.addPersonWith(identity, { ...wei, id: 'other' }, tester)).rejects.toMatchObject({ code: 'IDENTITY_TAKEN' })
    // Nobody is added without the identity they came with.
    expect(people.person('other')).toBeUndefined()
    const elsewhere = await open(kept)
    expect(elsewhere.people.identitiesOf('li.wei')).toEqual([{ ...identity, leads: true }])
    const byProvider = await people.openSession('li.wei', { ...desk, means: 'oidc' }, tester)
    const byPassword = await people.openSession('li.wei', desk, tester)
    await people.unlinkIdentity('li.wei', identity.issuer, identity.subject, tester)
    expect([people.session(byProvider.token), people.session(byPassword.token)?.person.id]).toEqual([undefined, 'li.wei'])
    expect(people.identity(identity.issuer, identity.subject)).toBeUndefined()
    await expect(people.unlinkIdentity('li.wei', identity.issuer, identity.subject, tester)).rejects.toMatchObject({ code: 'IDENTITY_UNKNOWN' })
  })

  test('are signed out when nobody uses a session for twelve hours, or it is a week old', async () => {
    let now = Date.now()
    const registry = new Registry({ ...(await place()), log: new KeptLog(), now: () => now })
    await registry.start()
    try {
      const { people } = registry
      await people.addPerson(wei, tester)
      const { token, session } = await people.openSession('li.wei', desk, tester)
      for (let hours = 0; hours < 160; hours += 10) {
        expect(people.session(token), `${hours} hours`).toBeDefined()
        now += 10 * HOUR
      }
      now += 9 * HOUR
      expect(people.session(token)).toBeUndefined()
      const idle = await people.openSession('li.wei', desk, tester)
      now += 12 * HOUR
      expect([people.session(idle.token), people.visitor(idle.session.id), people.visitor(session.id)]).toEqual([undefined, undefined, undefined])
    } finally {
      await registry.stop()
    }
  })
})
