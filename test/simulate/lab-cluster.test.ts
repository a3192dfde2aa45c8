import { beforeEach, describe, expect, it } from 'vitest'
import { createLabCluster } from '../../src/simulate/create-lab-cluster.ts'
import { buildLabFleet, labNodes } from '../../src/simulate/lab-fleet.ts'
import type { LabCluster } from '../../src/simulate/lab-cluster.ts'
import { askLab, type Found } from './ask-lab.ts'

const startAtMs = Date.parse('2026-11-21T10:00:00Z')
const pods = '/api/v1/namespaces/default/pods'

describe('the cluster of the lab', () => {
  let lab: LabCluster
  let api: ReturnType<typeof askLab>
  let nowMs = startAtMs

  /** Time goes on. */
  function pass(ms: number): void {
    nowMs += ms
    lab.advanceTo(nowMs)
  }

  beforeEach(() => {
    nowMs = startAtMs
    lab = createLabCluster({ startAtMs, stopMs: 200 })
    api = askLab(lab)
    for (const name of ['node-1', 'node-2', 'node-3']) lab.machines.addNode({ name })
    pass(100)
  })

  function deploy(name: string, replicas: number): void {
    const labels = { app: name }
    lab.create('/apis/apps/v1/namespaces/default/deployments', {
      metadata: { name },
      spec: {
        replicas,
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { containers: [{ name: 'main', image: 'none' }] } },
      },
    })
    pass(1000)
  }

  const isReady = (object: Found): boolean =>
    object.status.conditions.some((each: Found) => each.type === 'Ready' && each.status === 'True')
  const evict = (name: string): number =>
    api.request('POST', `${pods}/${name}/eviction`, { kind: 'Eviction', deleteOptions: {} }).status

  it('replaces evicted pods, and lets no more go than the budget allows', () => {
    deploy('web', 4)
    lab.create('/apis/policy/v1/namespaces/default/poddisruptionbudgets', {
      metadata: { name: 'web' },
      spec: { maxUnavailable: 1, selector: { matchLabels: { app: 'web' } } },
    })
    pass(10)
    const [first, second] = api.items(pods).map(({ metadata }) => metadata.name as string)
    expect([evict(first ?? ''), evict(second ?? '')]).toEqual([201, 429])
    pass(1000)
    expect([evict(second ?? ''), api.items(pods).length]).toEqual([201, 4])
    pass(1000)
    const now = api.items(pods)
    expect([now.length, now.every(isReady)]).toEqual([4, true])
    expect(now.map(({ metadata }) => metadata.name as string)).not.toContain(first)
  })

  it('loses a machine that is off, moves its pods, and takes it back with another system', () => {
    deploy('web', 6)
    lab.machines.nodeDown('node-2')
    pass(45_000)
    const lost = api.read('/api/v1/nodes/node-2')
    expect(lost.status.conditions.find((each: Found) => each.type === 'Ready')).toMatchObject({
      status: 'Unknown',
    })
    expect(lost.spec.taints.map(({ effect }: Found) => effect as string)).toEqual(['NoSchedule', 'NoExecute'])
    api.request('PATCH', '/api/v1/nodes/node-2', {
      metadata: { labels: { rack: 'r7' } },
      spec: { unschedulable: true },
    })
    pass(305_000)
    const stuck = api.items(`${pods}?fieldSelector=spec.nodeName%3Dnode-2`)
    expect(stuck.every(({ metadata }) => metadata.deletionTimestamp !== undefined)).toBe(true)
    lab.machines.nodeUp('node-2', { machineId: 'new', bootId: 'boot-2', osImage: 'Anolis OS 8' })
    pass(1000)
    const back = api.read('/api/v1/nodes/node-2')
    expect([isReady(back), back.spec.unschedulable, back.metadata.labels.rack]).toEqual([true, true, 'r7'])
    expect(back.status.nodeInfo).toMatchObject({ machineID: 'new', bootID: 'boot-2', osImage: 'Anolis OS 8' })
    expect(api.items(`${pods}?fieldSelector=spec.nodeName%3Dnode-2`)).toEqual([])
    expect(api.items(pods).filter(isReady)).toHaveLength(6)
  })

  it('registers a node anew whose object was deleted, once its machine starts again', () => {
    const { uid } = api.read('/api/v1/nodes/node-1').metadata
    lab.machines.deleteNode('node-1')
    pass(60_000)
    expect(api.request('GET', '/api/v1/nodes/node-1').status).toBe(404)
    lab.machines.nodeDown('node-1')
    lab.machines.nodeUp('node-1')
    pass(100)
    const node = api.read('/api/v1/nodes/node-1')
    expect([isReady(node), node.metadata.uid === uid, node.spec.taints]).toEqual([true, false, undefined])
    expect(() => lab.machines.nodeDown('node-9')).toThrow('no machine node-9')
  })

  it('keeps a list whole while it is read page by page, until the server starts anew', () => {
    deploy('web', 5)
    const first = api.read(`${pods}?limit=2`)
    for (const { metadata } of api.items(pods))
      api.request('DELETE', `${pods}/${metadata.name}?gracePeriodSeconds=0`)
    const next = api.read(`${pods}?limit=2&continue=${first.metadata.continue}`)
    expect([first.items.length, next.items.length, next.metadata.remainingItemCount]).toEqual([2, 2, 1])
    expect(next.metadata.resourceVersion).toBe(first.metadata.resourceVersion)
    lab.forgetHistory()
    expect(api.request('GET', `${pods}?limit=2&continue=${next.metadata.continue}`).status).toBe(410)
  })

  it('tells a watch what has happened since its version, and ends one that is too old', () => {
    const { resourceVersion } = api.read(pods).metadata
    deploy('web', 2)
    const { events, close } = api.watch(`${pods}?resourceVersion=${resourceVersion}&labelSelector=app%3Dweb`)
    const [name] = events.map(({ object }) => object.metadata.name as string)
    expect(new Set(events.map(({ type }) => type))).toEqual(new Set(['ADDED', 'MODIFIED']))
    events.length = 0
    api.request('PATCH', `${pods}/${name}`, { metadata: { labels: { app: 'other' } } })
    expect(events).toMatchObject([
      { type: 'DELETED', object: { metadata: { name, labels: { app: 'web' } } } },
    ])
    close()
    lab.forgetHistory()
    const late = api.watch(`${pods}?resourceVersion=${resourceVersion}`)
    expect(late.events).toMatchObject([{ type: 'ERROR', object: { code: 410, reason: 'Expired' } }])
  })

  it('is the same for the same seed', () => {
    const made = (): string => {
      const cluster = createLabCluster({ startAtMs, seed: 7 })
      const nodes = labNodes(['a', 'b', 'c'])
      buildLabFleet(cluster, { nodes, pods: 40, namespaces: 2, withVolumes: true, seed: 7 })
      cluster.advanceTo(startAtMs + 5000)
      const found = askLab(cluster).items('/api/v1/pods')
      expect([found.length, found.every(isReady)]).toEqual([46, true])
      return JSON.stringify(found)
    }
    expect(made()).toBe(made())
  })
})
