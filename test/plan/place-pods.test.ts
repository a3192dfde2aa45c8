import { describe, expect, it } from 'vitest'
import type { ClusterPod } from '../../src/model/cluster-pods.ts'
import type { Scheduling } from '../../src/model/cluster-parts.ts'
import { boundClaim, budgetStatus, clusterBudget, clusterNode } from '../support/cluster-fixture.ts'
import { namesOf, planAll, podsOn, reasonsOf, warningsOf } from '../support/wave-fixture.ts'

const gib = 2 ** 30
const host = 'kubernetes.io/hostname'
const zone = 'topology.kubernetes.io/zone'

/** A node with room for `cpu` millicores. */
function node(name: string, more: Parameters<typeof clusterNode>[1] & { cpu?: number; zone?: string } = {}) {
  const { cpu = 4000, zone: inZone, ...rest } = more
  return clusterNode(name, {
    allocatable: { cpu, memory: 8 * gib, pods: 110 },
    ...rest,
    labels: { [host]: name, ...(inZone === undefined ? {} : { [zone]: inZone }), ...rest.labels },
  })
}

function asking(cpu: number): Partial<ClusterPod> {
  return { requests: { cpu, memory: gib } }
}

function antiAffinity(app: string, topologyKey = host): Scheduling {
  const term = { topologyKey, labelSelector: { matchLabels: { app } } }
  return { affinity: { podAnti: { required: [term], preferred: [] } } }
}

function spread(app: string, topologyKey: string, more: object = {}): Scheduling {
  const one = { maxSkew: 1, topologyKey, whenUnsatisfiable: 'DoNotSchedule', ...more }
  return { topologySpread: [{ ...one, labelSelector: { matchLabels: { app } } }] }
}

describe('room for pods that move', () => {
  it('is needed of every resource, on one node each', () => {
    const pods = podsOn('web', ['n1', 'n1'], asking(1500))
    const tight = { nodes: [node('n1'), node('n2', { cpu: 2000 }), node('n3', { cpu: 1400 })], pods }
    const plan = planAll(tight)
    expect(reasonsOf(plan, 'n1')).toContain('There is no room elsewhere for 1 pod')
    expect(namesOf(plan)).toEqual([['n2'], ['n3']])
    const waiting = planAll(tight, { noRoom: 'wait' })
    expect(namesOf(waiting)).toEqual([['n1'], ['n2'], ['n3']])
    expect(warningsOf(waiting)).toContain('No other node takes 1 pod')
    const enough = { ...tight, nodes: [node('n1'), node('n2', { cpu: 2000 }), node('n3', { cpu: 1600 })] }
    expect(planAll(enough).leftOut).toEqual([])
  })

  it.each<[string, Partial<ClusterPod>, Parameters<typeof clusterNode>[1]]>([
    ['memory', { requests: { cpu: 1, memory: 9 * gib } }, {}],
    ['slots for pods', {}, { allocatable: { cpu: 4000, memory: 8 * gib, pods: 0 } }],
    ['graphics cards', { requests: { cpu: 1, memory: 1, 'nvidia.com/gpu': 1 } }, {}],
  ])('counts %s', (_name, pod, other) => {
    const plan = planAll({ nodes: [node('n1'), node('n2', other)], pods: podsOn('web', ['n1'], pod) })
    expect(reasonsOf(plan, 'n1')).toContain('no room elsewhere')
  })

  it('is not looked for when a pod has data in a directory of its node; whether it may be started without it is told', () => {
    const volumes: ClusterPod['volumes'] = [{ name: 'data', kind: 'hostPath', path: '/srv/data' }]
    const nodes = [node('n1'), node('n2')]
    const free = planAll({ nodes, pods: podsOn('db', ['n1'], { volumes }) })
    expect(warningsOf(free)).toContain('In a directory of this node are data of 1 pod')
    expect(warningsOf(free)).not.toContain('No other node takes')
    const scheduling = { nodeSelector: { [host]: 'n1' } }
    const tied = planAll({ nodes, pods: podsOn('db', ['n1'], { volumes, scheduling }) })
    expect(warningsOf(tied)).toContain('No other node takes 1 pod')
    expect(warningsOf(tied)).not.toContain('In a directory')
  })

  it('is not where other pods are, those of DaemonSets among them', () => {
    const agents = podsOn('agent', ['n2'], {
      ...asking(3500),
      owner: { group: 'apps', kind: 'DaemonSet', name: 'agent', uid: 'agent' },
    })
    const plan = planAll({
      nodes: [node('n1'), node('n2')],
      pods: [...podsOn('web', ['n1'], asking(1000)), ...agents],
    })
    expect(reasonsOf(plan, 'n1')).toContain('no room elsewhere')
  })

  it('is not on nodes that are cordoned, tainted, or not asked for', () => {
    const taints = [{ key: 'only', value: 'gpu', effect: 'NoSchedule' }]
    const others = [node('n2', { unschedulable: true }), node('n3', { taints })]
    const web = podsOn('web', ['n1', 'n1'])
    const budget = clusterBudget('web', { status: budgetStatus({ expectedPods: 3, desiredHealthy: 2 }) })
    const plan = planAll(
      { nodes: [node('n1'), ...others], pods: web, budgets: [budget] },
      { maxUnavailable: 2 },
    )
    expect(reasonsOf(plan, 'n1')).toContain('2 pods of it cannot run elsewhere')
    const tolerant = web.map((pod) => ({
      ...pod,
      scheduling: { tolerations: [{ key: 'only', operator: 'Exists' }] },
    }))
    const allowed = planAll(
      { nodes: [node('n1'), ...others], pods: tolerant, budgets: [budget] },
      { maxUnavailable: 2 },
    )
    expect(allowed.leftOut).toEqual([])
  })

  it('is left by pods that moved before: a wave takes only nodes that fit together', () => {
    const names = ['n1', 'n2', 'n3', 'n4']
    const pods = names.flatMap((name) => podsOn(`app-${name}`, [name], asking(2000)))
    const plan = planAll({ nodes: names.map((name) => node(name)), pods }, { maxUnavailable: 4 })
    expect(plan.waves.map(({ nodes }) => nodes.length)).toEqual([2, 2])
    expect(plan.waves[0]?.simulated).toMatchObject({ evictions: 2, headroom: { cpu: 0, memory: 0.75 } })
  })

  it('is rather taken on nodes that are done, so that pods move once', () => {
    const names = ['n1', 'n2', 'n3', 'n4']
    const pods = names.flatMap((name) => podsOn(`app-${name}`, [name], asking(1000)))
    const plan = planAll({ nodes: names.map((name) => node(name)), pods })
    expect(plan.waves.map(({ simulated }) => simulated.evictions)).toEqual([1, 2, 1, 1])
    expect(plan.bounds.evictions).toBe(5)
  })

  it('is in the zone of the volume', () => {
    const { claim, volume } = boundClaim('data', { kind: 'csi' }, [])
    const bound = {
      ...volume,
      nodeAffinity: [{ matchExpressions: [{ key: zone, operator: 'In', values: ['a'] }] }],
    }
    const pods = podsOn('db', ['n1'], {
      ...asking(1000),
      volumes: [{ name: 'data', kind: 'persistentVolumeClaim', claim: 'data' }],
    })
    const nodes = [node('n1', { zone: 'a' }), node('n2', { zone: 'a', cpu: 500 }), node('n3', { zone: 'b' })]
    const plan = planAll({ nodes, pods, claims: [claim], volumes: [bound] })
    expect(reasonsOf(plan, 'n1')).toContain('no room elsewhere for 1 pod: shop/db-0')
  })
})

describe('pods that look at other pods', () => {
  const budget = (app: string, expectedPods: number, allowed: number): ReturnType<typeof clusterBudget> =>
    clusterBudget(app, {
      selector: { matchLabels: { app } },
      status: budgetStatus({
        expectedPods,
        currentHealthy: expectedPods,
        desiredHealthy: expectedPods - allowed,
      }),
    })

  it('stay away when their own kind is on every other node, within their budget', () => {
    const names = ['n1', 'n2', 'n3', 'n4']
    const pods = podsOn('ingress', names, { scheduling: antiAffinity('ingress') })
    const parts = { nodes: names.map((name) => node(name)), pods }
    const plan = planAll({ ...parts, budgets: [budget('ingress', 4, 2)] }, { maxUnavailable: 4 })
    expect(plan.waves.map(({ nodes }) => nodes.length)).toEqual([2, 2])
    expect(warningsOf(plan)).toContain('No other node takes 2 pods')
    // Without a budget nobody waits for them: one node at a time.
    expect(planAll(parts, { maxUnavailable: 4 }).waves.map(({ nodes }) => nodes.length)).toEqual([1, 1, 1, 1])
  })

  it('are kept out by pods that do not want them, too', () => {
    const shy = podsOn('shy', ['n2'], { scheduling: antiAffinity('web') })
    const web = podsOn('web', ['n1', 'n1'])
    const plan = planAll({
      nodes: [node('n1'), node('n2')],
      pods: [...shy, ...web],
      budgets: [budget('web', 2, 1)],
    })
    expect(reasonsOf(plan, 'n1')).toContain('2 pods of it cannot run elsewhere')
  })

  it('stay away together when they are kept out everywhere, and their budget is for all of them', () => {
    const shy = ['n1', 'n2', 'n3'].flatMap((name) =>
      podsOn(`shy-${name}`, [name], {
        scheduling: { ...antiAffinity('web'), nodeSelector: { [host]: name } },
      }),
    )
    const pods = [...shy, ...podsOn('web', ['n1', 'n2', 'n2'])]
    const nodes = [node('n1'), node('n2'), node('n3')]
    const run = (allowed: number): string[][] =>
      namesOf(planAll({ nodes, pods, budgets: [budget('web', 3, allowed)] }, { maxUnavailable: 2 }))
    expect(run(3)).toEqual([['n1', 'n2'], ['n3']])
    expect(run(2)).toEqual([['n1', 'n3'], ['n2']])
  })

  it('leave their node all at once, so that what they leave behind makes no room in their spread', () => {
    const nodes = [node('n1', { zone: 'a' }), node('n2', { zone: 'b' })]
    const pods = podsOn('web', ['n1', 'n1', 'n2'], { scheduling: spread('web', zone) })
    expect(warningsOf(planAll({ nodes, pods }))).toContain('No other node takes 2 pods')
  })

  it('find a place beside those that they want to be with', () => {
    const term = { topologyKey: zone, labelSelector: { matchLabels: { app: 'cache' } } }
    const scheduling = { affinity: { pod: { required: [term], preferred: [] } } }
    const nodes = [node('n1', { zone: 'a' }), node('n2', { zone: 'b' }), node('n3', { zone: 'a', cpu: 500 })]
    const stays = { ...asking(100), scheduling: { nodeSelector: { [host]: 'n3' } } }
    const pods = [
      ...podsOn('cache', ['n3'], stays),
      ...podsOn('web', ['n1'], { ...asking(1000), scheduling }),
    ]
    expect(reasonsOf(planAll({ nodes, pods }), 'n1')).toContain('no room elsewhere for 1 pod: shop/web-0')
    const more = [...pods, ...podsOn('cache', ['n2'], { ...asking(100), name: 'cache-more' })]
    expect(planAll({ nodes, pods: more }).leftOut).toEqual([])
  })

  it('may be anywhere when they are the first of a group that wants to be together', () => {
    const term = { topologyKey: zone, labelSelector: { matchLabels: { app: 'web' } } }
    const scheduling = { affinity: { pod: { required: [term], preferred: [] } } }
    const nodes = [node('n1', { zone: 'a' }), node('n2', { zone: 'b' })]
    expect(planAll({ nodes, pods: podsOn('web', ['n1', 'n1'], { scheduling }) }).leftOut).toEqual([])
  })

  it('keep to their spread over zones, in which empty zones count', () => {
    const nodes = [node('n1', { zone: 'a' }), node('n2', { zone: 'b' }), node('n3', { zone: 'c' })]
    const parts = { nodes, pods: podsOn('web', ['n1', 'n2', 'n3'], { scheduling: spread('web', zone) }) }
    // With zone a empty no other may have two.
    expect(warningsOf(planAll(parts))).toContain('No other node takes 1 pod')
    const loose = podsOn('web', ['n1', 'n2', 'n3'], { scheduling: spread('web', zone, { maxSkew: 2 }) })
    expect(warningsOf(planAll({ nodes, pods: loose }))).not.toContain('No other node')
    const soft = podsOn('web', ['n1'], {
      scheduling: spread('web', zone, { whenUnsatisfiable: 'ScheduleAnyway' }),
    })
    expect(warningsOf(planAll({ nodes, pods: soft }))).not.toContain('No other node')
  })

  it('have no place that can be told when it hangs on labels of namespaces', () => {
    const term = { topologyKey: host, namespaceSelector: { matchLabels: { team: 'a' } } }
    const scheduling = { affinity: { podAnti: { required: [term], preferred: [] } } }
    const plan = planAll({ nodes: [node('n1'), node('n2')], pods: podsOn('web', ['n1'], { scheduling }) })
    expect(warningsOf(plan)).toContain('Where else 1 pod may run is not known')
  })

  it('do not share a node in the host network, as their ports are not known', () => {
    const pods = podsOn('proxy', ['n1', 'n2'], { hostNetwork: true })
    const plan = planAll({ nodes: [node('n1'), node('n2')], pods, budgets: [budget('proxy', 2, 1)] })
    expect(plan.leftOut).toEqual([])
    expect(warningsOf(plan)).toContain('No other node takes 1 pod')
  })
})

describe('zones and canaries', () => {
  const zoned = [node('n1', { zone: 'b' }), node('n2', { zone: 'a' }), node('n3', { zone: 'b' }), node('n4')]

  it('are moved one after the other, those without a zone last', () => {
    const plan = planAll({ nodes: zoned }, { maxUnavailable: 4, zones: 'one-at-a-time' })
    expect(namesOf(plan)).toEqual([['n2'], ['n1', 'n3'], ['n4']])
    expect(plan.bounds.waves).toBe(3)
    expect(warningsOf(plan)).toContain('In which zone these nodes are is not known')
  })

  it('goes first with one of each kind of machine', () => {
    const machine = (name: string, instance: string): ReturnType<typeof clusterNode> =>
      node(name, { labels: { 'node.kubernetes.io/instance-type': instance } })
    const nodes = [
      machine('n1', 'small'),
      machine('n2', 'large'),
      machine('n3', 'small'),
      machine('n4', 'large'),
    ]
    const canary = { perClass: 1, soakMs: 60_000 }
    const plan = planAll({ nodes }, { maxUnavailable: 2, canary, soakMs: 1000 })
    expect(plan.waves.map(({ kind, nodes, soakMs }) => [kind, nodes, soakMs])).toEqual([
      ['canary', ['n1', 'n2'], 60_000],
      ['workers', ['n3', 'n4'], 1000],
    ])
  })

  it('starts with the emptiest nodes when asked', () => {
    const pods = podsOn('web', ['n1', 'n1', 'n2'], asking(100))
    const plan = planAll({ nodes: [node('n1'), node('n2'), node('n3')], pods }, { order: 'fewest-pods' })
    expect(namesOf(plan)).toEqual([['n3'], ['n2'], ['n1']])
  })
})
