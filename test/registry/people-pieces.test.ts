import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { CommonPasswords } from '../../gateway/registry/people/common-passwords.ts'
import { hashPassword, passwordMatches } from '../../gateway/registry/people/password.ts'
import { passwordProblem } from '../../gateway/registry/people/password-rules.ts'
import { recoveryCodes, recoveryHash } from '../../gateway/registry/people/recovery.ts'
import { base32, codeOf, newTotpSecret, otpauthUri, stepAt, stepOf } from '../../gateway/registry/people/totp.ts'
import { Turnstile } from '../../gateway/registry/people/turnstile.ts'

describe('codes of a second factor', () => {
  const secret = Buffer.from('12345678901234567890', 'ascii')

  // RFC 6238 appendix B has eight digits; six are its last six (RFC 4226 § 5.3).
  test.each([
    [59, '287082'],
    [1111111109, '081804'],
    [1111111111, '050471'],
    [1234567890, '005924'],
    [2000000000, '279037'],
    [20000000000, '353130'],
  ])('at second %d of RFC 6238 appendix B: %s', (seconds, code) => {
    expect(codeOf(secret, stepAt(seconds * 1000))).toBe(code)
  })

  test('are taken of this half minute and its neighbours, and never of one that was used', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 2 ** 40 }), fc.integer({ min: -3, max: 3 }), (step, off) => {
        const key = newTotpSecret()
        const now = step * 30_000 + 17
        const found = stepOf(codeOf(key, step + off), key, now, 0)
        // Two steps may have one code, once in a million.
        if (Math.abs(off) <= 1) expect(codeOf(key, found ?? -1)).toBe(codeOf(key, step + off))
        else if (found !== undefined) expect(codeOf(key, found)).toBe(codeOf(key, step + off))
        expect(stepOf(codeOf(key, step), key, now, step + 1)).toBeUndefined()
      }),
    )
    for (const code of ['', '12345', '1234567', 'abcdef', '１２３４５６']) expect(stepOf(code, secret, 59_000, 0)).toBeUndefined()
  })

  // RFC 4648 § 10, without padding.
  test.each([
    ['', ''],
    ['f', 'MY'],
    ['fo', 'MZXQ'],
    ['foo', 'MZXW6'],
    ['foob', 'MZXW6YQ'],
    ['fooba', 'MZXW6YTB'],
    ['foobar', 'MZXW6YTBOI'],
  ])('base32 of %j is %s', (text, expected) => {
    expect(base32(Buffer.from(text))).toBe(expected)
  })

  test('are set up by an address that names the person', () => {
    const uri = new URL(otpauthUri('li.wei@bus.example', 'ABCD'))
    expect([uri.protocol, uri.pathname, uri.searchParams.get('secret'), uri.searchParams.get('issuer')]).toEqual([
      'otpauth:',
      '/Citygate:li.wei%40bus.example',
      'ABCD',
      'Citygate',
    ])
  })
})

describe('recovery codes', () => {
  test('are ten, all different, and read however they are typed', () => {
    const codes = recoveryCodes()
    expect(new Set(codes).size).toBe(10)
    for (const code of codes) {
      expect(code).toMatch(/^([a-z2-7]{4}-){3}[a-z2-7]{4}$/)
      expect(recoveryHash(code.toUpperCase().replaceAll('-', ' '))).toBe(recoveryHash(code))
    }
    for (const none of ['', '123456', 'x'.repeat(100_000)]) expect(recoveryHash(none)).toBeUndefined()
  })
})

describe('passwords', async () => {
  const common = await new CommonPasswords().words()

  test('are kept so that only they match, in whatever form their letters were typed', async () => {
    const kept = await hashPassword('Ｌong enough é 一')
    expect(kept).toMatch(/^scrypt\$65536\$8\$2\$/)
    expect(await passwordMatches('Long enough e\u0301 一', kept)).toBe(true)
    expect(await passwordMatches('Long enough e 一', kept)).toBe(false)
    expect(await passwordMatches('', kept)).toBe(false)
    expect(await passwordMatches('x'.repeat(300), kept)).toBe(false)
    expect(await hashPassword('same password twice')).not.toBe(await hashPassword('same password twice'))
  })

  test('without one to compare with, nothing matches', async () => {
    for (const none of [undefined, '', 'scrypt$1$1$1$a$b']) expect(await passwordMatches('', none)).toBe(false)
  })

  test.each([
    'short',
    'aaaaaaaaaaaaaaaa',
    'abcdefghijklmnop',
    '987654321098',
    'abcabcabcabcabc',
    'password2026',
    'Password!!!!',
    'qwertyuiop12',
    'x'.repeat(300),
    'li.wei.li.wei',
    'admin-admin-1',
    'Citygate2026!',
    'pudong-bus-2026',
    'Sunshine1999!',
    'sunshine-sunshine',
    'P@ssw0rd2026!',
    'M1cha3l-2024-2025',
    'iloveyou1314',
    'woaini5201314'.slice(6).repeat(2),
    'asdfghjkl123',
    '1qaz2wsx3edc4rfv',
    '!QAZ@WSX#EDC',
    'mnbvcxzlkjhg',
    'qwerasdfzxcv1',
    'administrator',
    '我'.repeat(20),
  ])('%j is not taken, and told why', password => {
    expect(passwordProblem(password, { common, about: ['li.wei', 'wei', 'admin', 'pudong-bus'] })).toMatch(/^it is /)
  })

  test('what people choose most is known by the ten thousand, in lower case', () => {
    expect(common.size).toBeGreaterThan(10_000)
    expect([...common].filter(word => word !== word.toLowerCase())).toEqual([])
  })

  test.each([
    'correct horse battery staple',
    'tram ginger oblique 7',
    '浦东公交很准时每天早上都来',
    'Zq8-rr2.mm1/pp',
    'were reefed tweed',
    'sunshine over harbour',
    'lanterns 2026 over tram 7',
    'asdf is no way to begin',
  ])('%j is taken', password => {
    expect(passwordProblem(password, { common, about: ['li.wei', 'Li', 'Wei', 'pudong-bus'] })).toBeUndefined()
  })
})

test('a turnstile lets so many in at a time, in their order, and turns away who would wait too long', async () => {
  const turnstile = new Turnstile({ atOnce: 2, mostWaiting: 3 })
  const ends: (() => void)[] = []
  let inside = 0
  let most = 0
  const order: number[] = []
  const passes = Array.from({ length: 5 }, (_, number) =>
    turnstile.pass(async () => {
      order.push(number)
      inside += 1
      most = Math.max(most, inside)
      await new Promise<void>(resolve => ends.push(resolve))
      inside -= 1
      if (number === 1) throw new Error('a fault of one')
    }),
  )
  const settled = Promise.allSettled(passes)
  await expect(turnstile.pass(async () => 1)).rejects.toMatchObject({ code: 'BUSY', retryable: true })
  for (let ended = 0; ended < 5; ended++) {
    await expect.poll(() => ends.length).toBeGreaterThan(ended)
    ends[ended]?.()
  }
  expect((await settled).map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled', 'fulfilled'])
  expect([most, order]).toEqual([2, [0, 1, 2, 3, 4]])
  expect(await turnstile.pass(async () => 1)).toBe(1)
})
