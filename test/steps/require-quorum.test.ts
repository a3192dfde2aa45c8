import { describe, expect, it } from 'vitest'
import type { PlannedNode } from '../../src/model/plan.ts'
import { requireQuorum } from '../../src/steps/require-quorum.ts'
import { planOf, planStep } from '../support/engine-run.ts'
import { etcdPod, readyOf } from './etcd-pod.ts'
import { memoryCluster, type MemoryCluster } from './memory-cluster.ts'
import { virtualClock, type VirtualClock } from './virtual-clock.ts'

const { signal } = new AbortController()

interface ControlPlane {
  cluster: MemoryCluster
  clock: VirtualClock
}

/** A control plane with a member of etcd on each node; those that are named are not ready. */
function controlPlane(
  names: readonly string[],
  { pods = [], nodes = [] }: { pods?: readonly string[]; nodes?: readonly string[] } = {},
): ControlPlane {
  const clock = virtualClock()
  const cluster = memoryCluster(clock, { nodes: names, apps: [] })
  for (const name of names) {
    cluster.put('nodes', { ...cluster.object('nodes', name)!, status: readyOf(!nodes.includes(name)) })
    cluster.put('pods', etcdPod(name, !pods.includes(name)))
  }
  return { cluster, clock }
}

async function ask(
  { cluster, clock }: ControlPlane,
  more: Partial<PlannedNode> = {},
  isPastPointOfNoReturn = false,
): Promise<void> {
  const [node] = planOf([{ name: 'a', uid: 'uid-a' }], [planStep('cluster.cordon')]).nodes
  const planned: PlannedNode = { ...node!, role: 'control-plane', target: 'anolis-rhck', ...more }
  const asking = requireQuorum({ node: planned, ports: { cluster }, signal, isPastPointOfNoReturn })
  await clock.run(asking, 60_000)
  await asking
}

const refused = (message: RegExp): object =>
  expect.objectContaining({
    failureClass: 'quorum',
    code: 'ETCD_QUORUM',
    message: expect.stringMatching(message) as string,
  }) as object

describe('a member of etcd that is to be away', () => {
  it('may go while the others are a majority', async () => {
    await expect(ask(controlPlane(['a', 'b', 'c']))).resolves.toBeUndefined()
    await expect(ask(controlPlane(['a', 'b', 'c', 'd', 'e'], { pods: ['b'] }))).resolves.toBeUndefined()
  })

  it.each<[string, Parameters<typeof controlPlane>, RegExp]>([
    [
      'another member is not ready',
      [['a', 'b', 'c'], { pods: ['b'] }],
      /^etcd has 3 members, not ready: b; without the one on a it has no majority/,
    ],
    ['the node of another member is not ready', [['a', 'b', 'c'], { nodes: ['c'] }], /not ready: c;/],
    ['there are two of them', [['a', 'b']], /^etcd has 2 members; without the one on a/],
  ])('stays when %s', async (_, [names, away], message) => {
    await expect(ask(controlPlane(names, away))).rejects.toEqual(refused(message))
  })

  it('counts the whole number of members when it is removed, and one less than that', async () => {
    await expect(ask(controlPlane(['a', 'b']), { target: 'containeros' })).resolves.toBeUndefined()
    await expect(ask(controlPlane(['a']), { target: 'containeros' })).rejects.toEqual(
      refused(/^etcd has 1 member; /),
    )
  })

  it('is not asked about where nothing can be lost any more, or nothing was accepted otherwise', async () => {
    const away = controlPlane(['a', 'b', 'c'], { pods: ['b', 'c'] })
    await expect(ask(away, {}, true)).resolves.toBeUndefined()
    await expect(ask(away, { role: 'worker' })).resolves.toBeUndefined()
    await expect(ask(away, { name: 'stranger' })).resolves.toBeUndefined()
    // A member alone: the plan has it only where the pause was accepted.
    await expect(ask(controlPlane(['a']))).resolves.toBeUndefined()
  })

  it('is known by its static pod: a pod that only calls itself so is none', async () => {
    const three = controlPlane(['a', 'b', 'c'])
    const pretender = etcdPod('b', false)
    three.cluster.put('pods', {
      ...pretender,
      metadata: { ...pretender.metadata, name: 'x', annotations: {} },
    })
    await expect(ask(three)).resolves.toBeUndefined()
  })
})
