import { expect, test } from 'vitest'
import { Errands, errandSeconds } from '../../gateway/api/errands.ts'
import type { Errand } from '../../gateway/model/identity-provider.ts'

const errandOf = (state: string): Errand => ({ state, nonce: 'n', verifier: 'v' })

test('an errand is taken once, with its state, until it is over', () => {
  let now = 0
  const errands = new Errands(() => now)
  const token = errands.leave({ errand: errandOf('one') }, '192.0.2.1')
  expect([errands.back(token, 'two'), errands.back('other', 'one'), errands.back(undefined, 'one')]).toEqual([undefined, undefined, undefined])
  // Whoever can write an address into the browser does not use up what another began.
  expect(errands.back(token, 'one')?.errand.state).toBe('one')
  expect(errands.back(token, 'one')).toBeUndefined()
  const late = errands.leave({ errand: errandOf('late') }, '192.0.2.1')
  const waits = errands.wait('li.wei', '192.0.2.1')
  expect([errands.waiting(waits), errands.waiting(late)]).toEqual(['li.wei', undefined])
  now = errandSeconds * 1_000
  expect([errands.back(late, 'late'), errands.waiting(waits)]).toEqual([undefined, undefined])
})

test('a network that begins very many pushes out its own first, and not those of others', () => {
  const errands = new Errands(() => 0)
  const honest = errands.leave({ errand: errandOf('honest') }, '198.51.100.7')
  const flood = Array.from({ length: 2_500 }, (_, index) => errands.leave({ errand: errandOf(`flood-${index}`) }, '192.0.2.1'))
  expect(flood.filter((token, index) => errands.back(token, `flood-${index}`)).length).toBe(200)
  expect(errands.back(honest, 'honest')).toBeDefined()
})

test('from very many networks, whoever left first begins anew: nothing grows without end', () => {
  const errands = new Errands(() => 0)
  const first = errands.leave({ errand: errandOf('first') }, '198.51.100.7')
  for (let index = 0; index < 2_000; index++) errands.leave({ errand: errandOf('x') }, `10.0.${index >> 8}.${index & 255}`)
  expect(errands.back(first, 'first')).toBeUndefined()
})
