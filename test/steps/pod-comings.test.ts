import { expect, it } from 'vitest'
import { createPodComings } from '../../src/steps/pod-comings.ts'

const pod = (uid: string) => ({
  controller: { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: uid, uid },
})

it('lets come once more what was there, and a few besides, until the node is settled', () => {
  const comings = createPodComings()
  const come = (uid: string, isSettled = false): boolean => comings.comesBack(pod(uid), isSettled)
  expect([come('web'), come('web'), come('db')]).toEqual([false, false, false])
  comings.sent(pod('web'))
  const again = Array.from({ length: 8 }, () => come('web'))
  expect(again).toEqual([false, false, false, false, false, false, false, true])
  // Nothing of the others was sent away; a pod without a controller is another one.
  expect([come('db', true), comings.comesBack({ controller: undefined }, true)]).toEqual([false, false])
  comings.sent(pod('db'))
  expect(come('db', true)).toBe(true)
})
