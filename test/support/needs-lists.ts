import { expect, it } from 'vitest'
import type { AnyCheck } from '../../src/model/check.ts'
import { nodeInput } from './cluster-fixture.ts'
import { hostFacts, runCheck } from './facts-fixture.ts'

/** What holds for every check of the node: a list that was not read, or not whole, or long ago, is never a pass. */
export function itNeedsItsLists(check: AnyCheck): void {
  const [target = 'containeros'] = check.targets
  it.each(check.lists ?? [])('is unknown, not pass, when the list of %s could not be read', (list) => {
    const gap = { list, resource: list, reason: 'forbidden', message: 'not allowed', objects: null } as const
    const node = nodeInput({}, { unread: [list], gaps: [gap] })
    const result = runCheck(check, hostFacts(), { target, node })
    expect(result).toMatchObject({ status: 'unknown', reason: { en: expect.stringContaining(list) } })
  })

  it.each(check.lists ?? [])('is unknown, not pass, when a part of the list of %s is missing', (list) => {
    const gap = { list, resource: list, reason: 'unparsable', message: '1 object', objects: 1 } as const
    const node = nodeInput({}, { gaps: [gap] })
    expect(runCheck(check, hostFacts(), { target, node })).toMatchObject({ status: 'unknown' })
  })

  it('is unknown, not pass, when the snapshot is old', () => {
    const node = nodeInput({}, { stale: true })
    expect(runCheck(check, hostFacts(), { target, node }).status).toBe('unknown')
  })
}
