import type { Actor } from '../../gateway/model/audit.ts'

/** Who changes registries in tests. */
export const tester: Actor = { type: 'cli', name: 'tester', address: 'test-machine' }
