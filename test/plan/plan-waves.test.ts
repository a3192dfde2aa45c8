import { describe, expect, it } from 'vitest'
import { planWaves } from '../../src/plan/plan-waves.ts'
import {
  boundClaim,
  budgetStatus,
  clusterBudget,
  clusterNode,
  clusterPod,
  controller,
  nakedPod,
} from '../support/cluster-fixture.ts'
import {
  controlPlane,
  movedHost,
  namesOf,
  nodeNames,
  planAll,
  podsOn,
  reasonsOf,
  warningsOf,
  waveOptions,
  waveSnapshot,
} from '../support/wave-fixture.ts'

const nodes = (count: number): ReturnType<typeof clusterNode>[] =>
  nodeNames(count).map((name) => clusterNode(name))
/** A budget of an app: `allowed` of `expected` may go. */
const budget = (app: string, allowed: number, expected: number): ReturnType<typeof clusterBudget> =>
  clusterBudget(app, {
    selector: { matchLabels: { app } },
    maxUnavailable: allowed,
    status: budgetStatus({
      disruptionsAllowed: allowed,
      currentHealthy: expected,
      desiredHealthy: expected - allowed,
      expectedPods: expected,
    }),
  })

describe('how many nodes a wave has', () => {
  it.each<[number | string, number, number[]]>([
    [1, 3, [1, 1, 1]],
    [2, 5, [2, 2, 1]],
    ['50%', 5, [2, 2, 1]],
    ['10%', 5, [1, 1, 1, 1, 1]],
    ['100%', 3, [3]],
    [9, 3, [3]],
  ])('is at most %s of %s', (maxUnavailable, count, sizes) => {
    const plan = planAll({ nodes: nodes(count) }, { maxUnavailable })
    expect(plan.waves.map((wave) => wave.nodes.length)).toEqual(sizes)
    expect(plan.leftOut).toEqual([])
  })

  it.each<[number | string]>([[0], [-1], [1.5], ['0%'], ['101%'], ['ten'], ['']])(
    'cannot be %j',
    (maxUnavailable) => {
      expect(() => planAll({ nodes: nodes(1) }, { maxUnavailable })).toThrow('--max-unavailable')
    },
  )

  it('counts nodes that are cordoned already, and still moves those', () => {
    const [first, ...rest] = nodes(4)
    const plan = planAll({ nodes: [{ ...first!, unschedulable: true }, ...rest] }, { maxUnavailable: 2 })
    for (const wave of namesOf(plan)) expect(wave.filter((name) => name !== 'n1')).toHaveLength(1)
    expect(namesOf(plan).flat().sort()).toEqual(['n1', 'n2', 'n3', 'n4'])
  })

  it('leaves out what would go beyond it, and names who is away', () => {
    const [first, ...rest] = nodes(3)
    const plan = planAll({ nodes: [{ ...first!, unschedulable: true }, ...rest] })
    expect(namesOf(plan)).toEqual([['n1']])
    expect(reasonsOf(plan, 'n2')).toContain('At most 1 may be away at a time, and 1 node is cordoned')
    expect(reasonsOf(plan, 'n2')).toContain('n1')
  })

  it('leaves out nodes that are not ready, as nobody would end their pods', () => {
    const [first, ...rest] = nodes(3)
    const plan = planAll({ nodes: [{ ...first!, ready: 'unknown' }, ...rest] }, { maxUnavailable: 2 })
    expect(namesOf(plan)).toEqual([['n2'], ['n3']])
    expect(reasonsOf(plan, 'n1')).toContain('not ready')
  })
})

describe('budgets and pods that cannot run elsewhere', () => {
  /** A pod of `db` on each node, with a volume that no other node can use. */
  const local = (count: number): Pick<ReturnType<typeof waveSnapshot>, 'pods' | 'claims' | 'volumes'> => {
    const bound = nodeNames(count).map((name) => boundClaim(`data-${name}`, { kind: 'local' }, [name]))
    return {
      pods: nodeNames(count).map((name) =>
        clusterPod(`db-${name}`, {
          node: name,
          labels: { app: 'db' },
          owner: controller('StatefulSet/db'),
          volumes: [{ name: 'data', kind: 'persistentVolumeClaim', claim: `data-${name}` }],
        }),
      ),
      claims: bound.map(({ claim }) => claim),
      volumes: bound.map(({ volume }) => volume),
    }
  }

  it('lets no more of them be away than the budget allows, for as long as their nodes are', () => {
    const plan = planAll(
      { nodes: nodes(5), ...local(5), budgets: [budget('db', 2, 5)] },
      { maxUnavailable: 4 },
    )
    expect(plan.waves.map((wave) => wave.nodes.length)).toEqual([2, 2, 1])
    expect(plan.bounds.waves).toBe(3)
    expect(warningsOf(plan)).toContain('away until the node is back')
  })

  it('names pod, budget and numbers when one node alone is too much', () => {
    const parts = local(2)
    const more = boundClaim('more', { kind: 'local' }, ['n1'])
    const second = clusterPod('db-more', {
      node: 'n1',
      labels: { app: 'db' },
      owner: controller('StatefulSet/db'),
      volumes: [{ name: 'data', kind: 'persistentVolumeClaim', claim: 'more' }],
    })
    const plan = planAll(
      {
        nodes: nodes(2),
        pods: [...(parts.pods ?? []), second],
        claims: [...(parts.claims ?? []), more.claim],
        volumes: [...(parts.volumes ?? []), more.volume],
        budgets: [budget('db', 1, 3)],
      },
      { maxUnavailable: 2 },
    )
    expect(namesOf(plan)).toEqual([['n2']])
    expect(plan.leftOut).toEqual([
      {
        host: 'n1',
        reasons: [
          {
            en: 'The budget shop/db (maxUnavailable 1) lets 1 go, and 2 pods of it cannot run elsewhere while the node is away: shop/db-more, shop/db-n1. Move their data off the node, or let the owner allow 2.',
            zh: expect.stringContaining('shop/db') as string,
          },
        ],
      },
    ])
  })

  it('packs the nodes that are hardest to place beside each other', () => {
    const on = ['n1', 'n2', 'n3', 'n3', 'n4', 'n4']
    const pods = on.map((node, index) =>
      clusterPod(`db-${index}`, {
        node,
        labels: { app: 'db' },
        owner: controller('StatefulSet/db'),
        scheduling: { nodeSelector: { 'kubernetes.io/hostname': node } },
      }),
    )
    const plan = planAll({ nodes: nodes(4), pods, budgets: [budget('db', 3, 6)] }, { maxUnavailable: 4 })
    expect(namesOf(plan)).toEqual([
      ['n1', 'n3'],
      ['n2', 'n4'],
    ])
  })

  it('does not let pods that can move wait for those that cannot', () => {
    const scheduling = { nodeSelector: { 'kubernetes.io/hostname': 'n1' } }
    const pods = [
      ...podsOn('db', ['n1'], { scheduling }),
      clusterPod('db-free', { node: 'n2', labels: { app: 'db' } }),
    ]
    const plan = planAll({ nodes: nodes(3), pods, budgets: [budget('db', 1, 2)] }, { maxUnavailable: 2 })
    expect(namesOf(plan)).toEqual([['n1', 'n3'], ['n2']])
  })

  it.each([
    ['a nodeSelector', { nodeSelector: { 'kubernetes.io/hostname': 'n1' } }],
    [
      'required node affinity',
      {
        affinity: {
          node: {
            required: [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: ['n1'] }] }],
            preferred: [],
          },
        },
      },
    ],
  ])('counts pods that %s holds on their node', (_name, scheduling) => {
    const pods = podsOn('db', ['n1', 'n1'], { scheduling })
    const plan = planAll({ nodes: nodes(2), pods, budgets: [budget('db', 1, 2)] })
    expect(reasonsOf(plan, 'n1')).toContain('2 pods of it cannot run elsewhere')
  })

  it('counts pods whose data is in a directory of the node, and not those that only read it or talk to a socket', () => {
    const volume = { name: 'data', kind: 'hostPath', path: '/srv/data' }
    const reads = { name: 'zone', kind: 'hostPath', path: '/etc/localtime', readOnly: true }
    const run = (volumes: (typeof volume)[]): string =>
      reasonsOf(
        planAll({
          nodes: nodes(2),
          pods: podsOn('db', ['n1', 'n1'], { volumes }),
          budgets: [budget('db', 1, 2)],
        }),
        'n1',
      )
    expect(run([volume])).toContain('cannot run elsewhere')
    expect(run([reads])).toBe('')
    expect(run([{ name: 'run', kind: 'hostPath', path: '/run/agent' }])).toBe('')
  })

  it('takes a volume that is not in the snapshot for one that nobody can use elsewhere', () => {
    const volumes = [{ name: 'data', kind: 'persistentVolumeClaim', claim: 'gone' }]
    const pods = podsOn('db', ['n1', 'n1'], { volumes })
    const plan = planAll({ nodes: nodes(2), pods, budgets: [budget('db', 1, 2)], claims: null })
    expect(reasonsOf(plan, 'n1')).toContain('cannot run elsewhere')
    const alone = planAll({ nodes: nodes(2), pods: podsOn('db', ['n1'], { volumes }), claims: null })
    expect(warningsOf(alone)).toContain('Where else 1 pod may run is not known')
  })

  it('moves any number of pods that can run elsewhere when the budget lets one go', () => {
    const pods = podsOn('web', ['n1', 'n1', 'n1', 'n2'])
    const plan = planAll({ nodes: nodes(3), pods, budgets: [budget('web', 1, 4)] })
    expect(plan.leftOut).toEqual([])
    const first = plan.waves.find((wave) => wave.nodes.includes('n1'))
    expect(first?.simulated.budgets).toEqual([{ namespace: 'shop', name: 'web', allowed: 1, evictions: 3 }])
    expect(first?.lowerBoundMs).toBe(600_000)
  })

  it('blocks when the budget never lets anybody go', () => {
    const plan = planAll({ nodes: nodes(2), pods: podsOn('web', ['n1']), budgets: [budget('web', 0, 1)] })
    expect(namesOf(plan)).toEqual([['n2']])
    expect(reasonsOf(plan, 'n1')).toContain('The budget shop/web (maxUnavailable 0) lets no pod go')
  })

  it('does not block when an operator opens the budget itself', () => {
    const managed = { ...budget('db', 0, 1), labels: { 'cnpg.io/cluster': 'db' } }
    const plan = planAll({ nodes: nodes(2), pods: podsOn('db', ['n1']), budgets: [managed] })
    expect(plan.leftOut).toEqual([])
    expect(warningsOf(plan)).toContain('until their operator has moved the work away')
  })

  it('does not guess what a budget without a status allows', () => {
    const unknown = { ...budget('db', 1, 1), status: null }
    const scheduling = { nodeSelector: { 'kubernetes.io/hostname': 'n1' } }
    const pinned = planAll({
      nodes: nodes(2),
      pods: podsOn('db', ['n1'], { scheduling }),
      budgets: [unknown],
    })
    expect(reasonsOf(pinned, 'n1')).toContain('is not known, as its status is missing or old')
    const movable = planAll({ nodes: nodes(2), pods: podsOn('db', ['n1']), budgets: [unknown] })
    expect(warningsOf(movable)).toContain('What these budgets allow is not known')
    const old = { ...budget('db', 1, 1), generation: 2 }
    const without = budget('db', 0, 0)
    for (const unsure of [old, without])
      expect(
        warningsOf(planAll({ nodes: nodes(2), pods: podsOn('db', ['n1']), budgets: [unsure] })),
      ).toContain('is not known')
  })

  it('says that a budget lets nobody go just now', () => {
    const sick = {
      ...budget('web', 1, 3),
      status: budgetStatus({ disruptionsAllowed: 0, currentHealthy: 2, desiredHealthy: 2, expectedPods: 3 }),
    }
    const plan = planAll({ nodes: nodes(2), pods: podsOn('web', ['n1']), budgets: [sick] })
    expect(plan.leftOut).toEqual([])
    expect(warningsOf(plan)).toContain('let nobody go just now')
  })

  it('blocks when two budgets cover one pod, as the server refuses its eviction for ever', () => {
    const two = [budget('web', 1, 2), { ...budget('web', 1, 2), name: 'web-too', uid: 'too' }]
    const plan = planAll({ nodes: nodes(2), pods: podsOn('web', ['n1']), budgets: two })
    expect(reasonsOf(plan, 'n1')).toContain('shop/web-0 has more than one budget (shop/web, shop/web-too)')
  })
})

describe('replicas', () => {
  it('never takes all pods of a workload without a budget in one wave', () => {
    const plan = planAll({ nodes: nodes(3), pods: podsOn('web', ['n1', 'n2']) }, { maxUnavailable: 3 })
    expect(plan.waves.some(({ nodes }) => nodes.includes('n1') && nodes.includes('n2'))).toBe(false)
  })

  it('counts those that are ready, and does not miss those of Jobs', () => {
    const [first, second] = podsOn('web', ['n1', 'n2'])
    const third = podsOn('more', ['n3'], { ready: false, owner: controller('Deployment/web') })
    const together = (parts: Parameters<typeof planAll>[0]): boolean =>
      planAll(parts, { maxUnavailable: 2 }).waves.some((wave) => wave.nodes.join() === 'n1,n2')
    expect(together({ nodes: nodes(4), pods: [first!, second!, ...third] })).toBe(false)
    const jobs = podsOn('batch', ['n1', 'n2'], { owner: controller('batch:Job/batch') })
    expect(together({ nodes: nodes(4), pods: jobs })).toBe(true)
  })

  it('says when all of them are on one node', () => {
    const plan = planAll({ nodes: nodes(3), pods: podsOn('web', ['n1', 'n1']) })
    expect(warningsOf(plan)).toContain('1 workload has all pods on one node and no budget')
  })

  it('says which pods nobody makes again', () => {
    const plan = planAll({ nodes: nodes(2), pods: [nakedPod('tool', { node: 'n1' })] })
    expect(warningsOf(plan)).toContain('Nobody makes 1 pod again')
  })
})

describe('the control plane', () => {
  const three = ['m1', 'm2', 'm3'].map((name) => controlPlane(name))
  const parts = (list: readonly ReturnType<typeof controlPlane>[]): Parameters<typeof planAll>[0] => ({
    nodes: [...list.map(({ node }) => node), ...nodes(2)],
    pods: list.flatMap(({ pods }) => pods),
  })

  it.each<['last' | 'first', string[][]]>([
    ['last', [['n1', 'n2'], ['m1'], ['m2'], ['m3']]],
    ['first', [['m1'], ['m2'], ['m3'], ['n1', 'n2']]],
  ])('goes %s, one node at a time', (controlPlane, names) => {
    expect(namesOf(planAll(parts(three), { maxUnavailable: 2, controlPlane }))).toEqual(names)
  })

  it('is left out when asked', () => {
    const plan = planAll(parts(three), { controlPlane: 'skip' })
    expect(plan.leftOut.map(({ host }) => host)).toEqual(['m1', 'm2', 'm3'])
  })

  it('stays when another control plane node is away', () => {
    const list = [controlPlane('m1', { ready: false }), controlPlane('m2'), controlPlane('m3')]
    const plan = planAll(parts(list), { maxUnavailable: 3 })
    expect(reasonsOf(plan, 'm2')).toContain('Other control plane nodes are not ready: m1')
  })

  it('stays when etcd would lose its majority', () => {
    const list = [controlPlane('m1', { etcdReady: false }), controlPlane('m2'), controlPlane('m3')]
    const plan = planAll(parts(list), { maxUnavailable: 3 })
    expect(reasonsOf(plan, 'm2')).toContain('etcd has 3 members, 1 of the others not ready')
    expect(namesOf(plan).flat()).toContain('m1')
  })

  it('moves a single member in place only when somebody accepts that the API server stands still', () => {
    const cluster = waveSnapshot(parts([controlPlane('m1')]))
    const run = (disk: 'kept' | 'wiped', controlPlaneOutage: 'accept' | 'refuse'): string[][] =>
      namesOf(
        planWaves({
          cluster,
          hosts: [movedHost('m1', { disk })],
          options: waveOptions({ controlPlaneOutage }),
        }),
      )
    expect(run('kept', 'refuse')).toEqual([])
    expect(run('wiped', 'accept')).toEqual([])
    expect(run('kept', 'accept')).toEqual([['m1']])
  })

  it('is where a member of etcd is, whatever the labels of its node say', () => {
    const members = [controlPlane('n1'), controlPlane('n2'), controlPlane('n3')].flatMap(({ pods }) => pods)
    const plan = planAll({ nodes: nodes(4), pods: members }, { maxUnavailable: 3 })
    expect(plan.waves.map(({ kind, nodes }) => [kind, nodes])).toEqual([
      ['workers', ['n4']],
      ['control-plane', ['n1']],
      ['control-plane', ['n2']],
      ['control-plane', ['n3']],
    ])
  })

  it('does not move members that the cluster does not show', () => {
    const cluster = waveSnapshot({ nodes: nodes(2) })
    const hosts = [movedHost('n1', { hasEtcd: true }), movedHost('store', { node: null, hasEtcd: true })]
    const plan = planWaves({ cluster, hosts, options: waveOptions() })
    expect(plan.waves).toEqual([])
    for (const { reasons } of plan.leftOut) expect(reasons[0]?.en).toContain('An etcd member runs here')
  })
})

describe('what is not known', () => {
  it.each(['pods', 'budgets', 'nodes'] as const)('blocks every node when %s could not be read', (list) => {
    const cluster = { ...waveSnapshot({ nodes: nodes(2) }), [list]: null }
    const plan = planWaves({ cluster, hosts: [movedHost('n1')], options: waveOptions() })
    expect(plan.waves).toEqual([])
    expect(reasonsOf(plan, 'n1')).toContain(`has no ${list}`)
  })

  it('says what is missing of a list', () => {
    const gap = { list: 'pods', resource: 'pods', reason: 'unparsable', message: '', objects: 1 } as const
    const plan = planAll({ nodes: nodes(2), gaps: [gap] })
    expect(plan.waves[0]?.simulated.warnings[0]?.en).toContain('not whole: what is missing of pods')
    expect(plan.waves[0]?.simulated.headroom).toEqual({ cpu: null, memory: null })
  })

  it('says that pods without requests may not fit, and that others wait already', () => {
    const pods = [
      ...podsOn('web', ['n1'], { requests: {} }),
      ...podsOn('queue', ['n1'], { node: null, phase: 'Pending' }),
    ]
    const warnings = warningsOf(planAll({ nodes: nodes(2), pods }))
    expect(warnings).toContain('Whether there is room for 1 pod cannot be told')
    expect(warnings).toContain('1 pod waits for a node already')
  })

  it('knows neither a node that the snapshot does not have, nor two hosts of one node', () => {
    const hosts = [movedHost('gone'), movedHost('b', { node: 'n1' }), movedHost('a', { node: 'n1' })]
    const plan = planWaves({ cluster: waveSnapshot({ nodes: nodes(1) }), hosts, options: waveOptions() })
    expect(reasonsOf(plan, 'gone')).toContain('no node gone')
    expect(reasonsOf(plan, 'b')).toContain('as is the host a')
    expect(namesOf(plan)).toEqual([['n1']])
  })

  it('plans no node of a cluster that nobody looked at', () => {
    const plan = planWaves({ cluster: undefined, hosts: [movedHost('n1')], options: waveOptions() })
    expect(reasonsOf(plan, 'n1')).toContain('no snapshot')
  })
})

describe('plain hosts', () => {
  it('go in waves of their own', () => {
    const hosts = ['a', 'b', 'c'].map((name) => movedHost(name, { node: null }))
    const plan = planWaves({ cluster: undefined, hosts, options: waveOptions({ maxUnavailable: 2 }) })
    expect(plan.waves.map(({ kind, nodes }) => [kind, nodes])).toEqual([
      ['hosts', ['a', 'b']],
      ['hosts', ['c']],
    ])
    expect(plan.nodes[0]).toMatchObject({ name: 'a', uid: null, role: 'host', zone: null })
  })
})
