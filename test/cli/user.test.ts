import { join } from 'node:path'
import { expect, test } from 'vitest'
import { firstAdmin } from '../../gateway/first-admin.ts'
import { invitationText } from '../../gateway/registry/people/invitation-text.ts'
import { Registry } from '../../gateway/registry/registry.ts'
import { commandLine } from './run-citygate.ts'

const { folder, run } = commandLine()
const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }
const http = { host: '0.0.0.0', port: 8443, tls: 'on' } as const

test('citygate user adds people by a link or with a password, changes, shows and removes them', async () => {
  const data = folder()
  const invited = await run(['user', 'add', 'li.wei', '--role', 'pudong-bus=operator', '--role', 'water=viewer', '--name', '李伟', '--data', data])
  expect(invited).toMatchObject({ code: 0, stderr: '', stdout: expect.stringMatching(/http:\/\/127\.0\.0\.1:8080\/invitation#[\w-]{43}\n/) })
  const good = 'tram ginger oblique 7'
  expect(await run(['user', 'add', 'admin', '--role', '*=admin', '--password-stdin', '--data', data], { input: `${good}\n` })).toMatchObject({
    code: 0,
    stdout: 'added admin\n',
  })
  const weak = await run(['user', 'add', 'other', '--role', '*=viewer', '--password-stdin', '--data', data], { input: 'password2026' })
  expect(weak).toMatchObject({ code: 1, stderr: expect.stringMatching(/^PASSWORD_WEAK: /) })
  expect(await run(['user', 'remove', 'admin', '--data', data])).toMatchObject({ code: 1, stderr: expect.stringMatching(/^LAST_ADMIN: /) })
  expect(await run(['user', 'change', 'li.wei', '--role', 'pudong-bus', '--data', data])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('Expected ORG=ROLE'),
  })
  expect(await run(['user', 'change', 'li.wei', '--role', 'pudong-bus=engineer', '--disable', '--data', data])).toMatchObject({ code: 0 })
  const { stdout } = await run(['user', 'list', '--json', '--data', data])
  expect(JSON.parse(stdout)).toMatchObject([
    { id: 'admin', hasPassword: true, grants: [{ org: '*', role: 'admin' }] },
    { id: 'li.wei', name: '李伟', hasPassword: false, disabled: true, grants: [{ org: 'pudong-bus', role: 'engineer' }] },
    // Added before the password was found too weak.
    { id: 'other', hasPassword: false },
  ])
  expect(stdout).not.toContain(good)
}, 120_000)

test('citygate user link and unlink say by which identity somebody signs in elsewhere', async () => {
  const data = folder()
  const issuer = 'https://id.example/realms/city'
  const at = ['--issuer', issuer, '--data', data]
  await run(['user', 'add', 'li.wei', '--data', data])
  expect(await run(['user', 'link', 'li.wei', '--subject', '2482', '--data', data])).toMatchObject({ code: 1, stderr: expect.stringContaining('--issuer') })
  expect(await run(['user', 'link', 'li.wei', '--subject', '2482', ...at])).toMatchObject({ code: 0, stdout: `li.wei signs in as 2482 at ${issuer}\n` })
  expect(JSON.parse((await run(['user', 'list', '--json', '--data', data])).stdout)).toMatchObject([
    { id: 'li.wei', identities: [{ issuer, subject: '2482', leads: false }] },
  ])
  expect(await run(['user', 'unlink', 'li.wei', ...at])).toMatchObject({ code: 0 })
  expect(await run(['user', 'unlink', 'li.wei', ...at])).toMatchObject({ code: 1, stderr: expect.stringMatching(/^IDENTITY_UNKNOWN: /) })
}, 120_000)

test('the first start makes a link for an administrator, and each start another, until somebody has a password', async () => {
  const registry = new Registry({ file: join(folder(), 'registry.db'), log: quiet, now: Date.now })
  await registry.start()
  try {
    const { people } = registry
    const tokenOf = async (): Promise<string> => /^https:\/\/127\.0\.0\.1:8443\/invitation#(\S+)$/m.exec((await firstAdmin(people, http)) ?? '')?.[1] ?? ''
    const first = await tokenOf()
    const second = await tokenOf()
    expect([people.invitation(first), people.invitation(second)?.grants]).toEqual([undefined, [{ org: '*', role: 'admin' }]])
    await people.redeemInvitation(second, 'tram ginger oblique 7', { type: 'person', name: 'admin' })
    expect(await firstAdmin(people, http)).toBeUndefined()
    await people.addPerson({ id: 'wang', grants: [] }, { type: 'gateway', name: 'test' })
    const invitation = invitationText('wang', await people.invite('wang', { type: 'gateway', name: 'test' }), { ...http, publicUrl: 'https://city.example/' })
    expect(invitation).toMatch(/\nhttps:\/\/city\.example\/invitation#[\w-]{43}$/)
  } finally {
    await registry.stop()
  }
})
