import { describe, expect, it } from 'vitest'
import { createPodsByNode } from '../../src/steps/pods-by-node.ts'
import { drainPod } from './make-drain.ts'

describe('pods by their node', () => {
  it('are found as they were told last, and only their node has another version then', () => {
    const pods = createPodsByNode()
    const names = (node: string): string[] => [...pods.on(node)].map(({ name, phase }) => `${name} ${phase}`)
    const versions = (): number[] => ['a', 'b', 'c'].map((node) => pods.version(node))
    pods.set(drainPod({ name: 'web', node: 'a', phase: 'Pending' }))
    pods.set(drainPod({ name: 'api', node: 'b' }))
    expect(versions()).toEqual([1, 1, 0])
    pods.set(drainPod({ name: 'web', node: 'a' }))
    expect([names('a'), names('b'), names('c')]).toEqual([['web Running'], ['api Running'], []])
    expect(versions()).toEqual([2, 1, 0])

    pods.set(drainPod({ name: 'web', node: 'c' }))
    expect([names('a'), names('c'), versions()]).toEqual([[], ['web Running'], [3, 1, 1]])
    pods.remove('uid-api')
    pods.remove('uid-api')
    expect([names('b'), versions(), [...pods.all.keys()]]).toEqual([[], [3, 2, 1], ['uid-web']])
  })
})
