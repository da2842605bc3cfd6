import fc from 'fast-check'
import { expect, test } from 'vitest'
import { grantsByGroups, groupGrantForm } from '../../gateway/model/group-grants.ts'
import { roles } from '../../gateway/model/roles.ts'

test.each([
  [['drivers:pudong-bus=viewer'], ['drivers'], [{ org: 'pudong-bus', role: 'viewer' }]],
  [['drivers:pudong-bus=viewer'], ['Drivers', 'drivers '], []],
  [['a:o=viewer', 'b:o=engineer', 'c:o=operator'], ['a', 'b', 'c'], [{ org: 'o', role: 'engineer' }]],
  [['cn=ops,ou=it:night:*=admin'], ['cn=ops,ou=it:night'], [{ org: '*', role: 'admin' }]],
  [['市政:o=viewer'], ['市政'], [{ org: 'o', role: 'viewer' }]],
])('%j of %j', (rules, groups, grants) => {
  expect(grantsByGroups(rules, groups)).toEqual(grants)
})

test.each(['drivers', 'drivers:pudong', ':o=viewer', 'a:o=boss', 'a:o/p=viewer', 'a:**=viewer', 'a:o=viewer '])('%j is no rule', rule => {
  expect(groupGrantForm.test(rule)).toBe(false)
})

test('whatever the rules and groups: each role is one that a rule gives to one of the groups, and the highest such', () => {
  const group = fc.constantFrom('a', 'b', 'a:b', 'c=d')
  const rule = fc.record({ group, org: fc.constantFrom('*', 'o', 'p'), role: fc.constantFrom(...roles) })
  fc.assert(
    fc.property(fc.array(rule), fc.array(group), (rules, groups) => {
      const granted = grantsByGroups(
        rules.map(one => `${one.group}:${one.org}=${one.role}`),
        groups,
      )
      for (const org of ['*', 'o', 'p']) {
        const own = rules.filter(one => one.org === org && groups.includes(one.group)).map(one => roles.indexOf(one.role))
        expect(granted.filter(one => one.org === org).map(({ role }) => roles.indexOf(role))).toEqual(own.length === 0 ? [] : [Math.max(...own)])
      }
    }),
  )
})
