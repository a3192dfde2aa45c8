import { createHash } from 'node:crypto'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createClusterIndex, indexedLists, indexRecord } from '../../src/assess/cluster-index.ts'
import { nodeViews } from '../../src/assess/node-views.ts'
import { canonicalJson } from '../../src/model/canonical-json.ts'
import type { ClusterRecord } from '../../src/model/cluster.ts'
import { Plan, type RollbackMeans } from '../../src/model/plan.ts'
import { PlanOptions } from '../../src/model/plan-options.ts'
import { planIssues } from '../../src/model/plan-rules.ts'
import { decideHost } from '../../src/plan/decided-data.ts'
import { localVolumes } from '../../src/plan/local-volumes.ts'
import { makePlan, type PlanHost, type PlanRequest } from '../../src/plan/make-plan.ts'
import {
  boundClaim,
  budgetStatus,
  clusterBudget,
  clusterNode,
  clusterPod,
  healthyParts,
} from '../support/cluster-fixture.ts'
import { degraded, factsWith } from '../support/facts-fixture.ts'
import type { DataRule } from '../../src/model/data-rules.ts'
import { healthyWorker } from '../support/healthy-worker.ts'
import { assessedHost } from '../support/wizard-data.ts'

const names = ['node-1', 'node-2', 'node-3', 'node-4']
const finishedAt = '2026-11-20T08:00:02.000Z'
const parts = {
  ...healthyParts(),
  nodes: names.map((name) => clusterNode(name)),
  pods: names.map((node, index) => clusterPod(`web-${index}`, { node })),
  budgets: [clusterBudget('web', { status: budgetStatus({ expectedPods: 4, desiredHealthy: 3 }) })],
}
const options = PlanOptions.parse({
  schema: 'plan-options/v1',
  rollback: { means: 'reinstall' },
  data: [{ kind: 'empty-dir', action: 'discard', reason: 'scratch' }],
  with: { 'host.provision': { provider: 'command', argv: ['/opt/reinstall'] } },
})
const playbook: PlanRequest['playbook'] = {
  sha256: 'a'.repeat(64),
  playbook: {
    schema: 'playbook/v1',
    name: 'test',
    title: { en: 'test', zh: '测试' },
    target: 'containeros',
    phases: {
      migrate: [
        { uses: 'cluster.cordon' },
        { uses: 'cluster.drain' },
        { uses: 'data.park', with: { store: '/parked' } },
      ],
      replace: [{ uses: 'host.provision', pointOfNoReturn: true }, { uses: 'node.wait-ready' }],
      restore: [{ uses: 'data.restore' }, { uses: 'cluster.uncordon' }],
    },
  },
}

function clusterOf(
  lists: typeof parts,
): NonNullable<PlanRequest['cluster']> & { views: ReturnType<typeof nodeViews> } {
  const index = createClusterIndex()
  for (const list of indexedLists)
    for (const record of lists[list]) indexRecord(index, list, record as ClusterRecord<typeof list>)
  const { nodes, pods, budgets, volumes, claims } = lists
  const snapshot = {
    nodes: [...nodes],
    pods: [...pods],
    budgets: [...budgets],
    volumes: [...volumes],
    claims: [...claims],
    gaps: [],
  }
  return {
    snapshot,
    input: {
      uid: null,
      context: 'test',
      server: 'https://test',
      createdAt: finishedAt,
      sha256: 'b'.repeat(64),
    },
    views: nodeViews(index, 'v1.24.3'),
    volumesOf: localVolumes(snapshot),
    nodeOf: (host) => host.replace('host', 'node'),
    machineIdOf: () => null,
  }
}

/** A host that can be moved; `name` is that of its node. */
function hostOf(name: string, cluster: ReturnType<typeof clusterOf> | undefined): PlanHost {
  const host = name.replace('node', 'host')
  const made = assessedHost(host, 1)
  const facts = factsWith({ images: { localOnly: [] } })
  return {
    assessment: { ...made, facts: { ...made.facts, collectedAt: finishedAt } },
    facts: { ...facts, host: { ...facts.host, name: host } },
    view: cluster?.views(name) ?? null,
  }
}

function planned(change: Partial<PlanRequest> = {}, lists = parts): Plan {
  const cluster = clusterOf(lists)
  const hosts = lists.nodes.map(({ name }) => hostOf(name, cluster))
  const { rollback = { means: 'reinstall' } } = options
  return makePlan({
    version: '0.1.0',
    playbook,
    options: { ...options, rollback },
    hosts,
    cluster,
    today: '2026-11-22',
    sha256: (text) => createHash('sha256').update(text).digest('hex'),
    ...change,
  })
}

const reasonsOf = (plan: Plan): string[] => plan.leftOut.flatMap(({ reasons }) => reasons.map(({ en }) => en))

describe('makePlan', () => {
  it('makes plans that are whole', () => {
    const plan = planned()
    expect(plan.leftOut).toEqual([])
    expect(planIssues(Plan.parse(plan))).toEqual([])
    expect(plan.nodes.map(({ name }) => name).sort()).toEqual(names)
  })

  it('holds as many decisions about data as its options may give', () => {
    const rule = (index: number): object => ({ path: `/srv/${index}`, action: 'park', reason: 'kept' })
    const { data } = PlanOptions.parse({
      schema: 'plan-options/v1',
      data: [...options.data, ...Array.from({ length: 9_999 }, (_, index) => rule(index))],
    })
    const { rollback = { means: 'reinstall' } } = options
    const plan = Plan.parse(planned({ options: { ...options, data, rollback } }))
    expect(plan.dataRules).toHaveLength(10_000)
  })

  it('makes the same plan in whatever order its lists are', () => {
    const text = canonicalJson(planned())
    const shuffled = fc.record({
      nodes: fc.shuffledSubarray([...parts.nodes], { minLength: names.length }),
      pods: fc.shuffledSubarray([...parts.pods], { minLength: parts.pods.length }),
    })
    fc.assert(
      fc.property(shuffled, (lists) => {
        expect(canonicalJson(planned({}, { ...parts, ...lists }))).toBe(text)
      }),
      { numRuns: 30 },
    )
  })

  it('leaves out a node whose disk holds a volume that nobody uses and nobody has decided about', () => {
    const { volume, claim } = boundClaim('idle', { kind: 'local', path: '/var/mnt/idle' }, ['node-2'])
    const lists = { ...parts, volumes: [volume], claims: [claim] }
    const undecided = planned({}, lists)
    expect(undecided.leftOut.map(({ host }) => host)).toEqual(['host-2'])
    expect(reasonsOf(undecided)).toEqual([expect.stringContaining('local-volume:/var/mnt/idle')])
    const rollback = { means: 'reinstall' } as const
    const data = [...options.data, { path: '/var/mnt', action: 'park', reason: 'li.wei' } as const]
    const decided = planned({ options: { ...options, rollback, data } }, lists)
    expect(decided.leftOut).toEqual([])
    const stepsOf = (name: string) =>
      decided.nodes.find((node) => node.name === name)?.steps.map(({ uses }) => uses)
    expect(stepsOf('node-2')).toContain('data.park')
    expect(stepsOf('node-1')).not.toContain('data.park')
    // Also for what comes later.
    expect([undecided.dataRules, decided.dataRules]).toEqual([options.data, data])
  })

  it('leaves out a node whose data could not be put back where it was, and says what can be decided', () => {
    const { volume, claim } = boundClaim('idle', { kind: 'local', path: '/mnt/idle' }, ['node-2'])
    const lists = { ...parts, volumes: [volume], claims: [claim] }
    const data = [...options.data, { path: '/mnt', action: 'park', reason: 'li.wei' } as const]
    const rollback = { means: 'reinstall' } as const
    const plan = planned({ options: { ...options, rollback, data } }, lists)
    expect(plan.leftOut.map(({ host }) => host)).toEqual(['host-2'])
    expect(reasonsOf(plan)).toEqual([
      expect.stringMatching(/local-volume:\/mnt\/idle.*read-only on a ContainerOS.*; it can be .*discard$/),
    ])
  })

  it.each<[string, (host: PlanHost) => PlanHost, string]>([
    [
      'of another host',
      (host) => ({ ...host, facts: factsWith({ images: { localOnly: [] } }) }),
      'its facts are those of worker-1',
    ],
    [
      'that were read again since it was judged',
      (host) => ({
        ...host,
        assessment: {
          ...host.assessment,
          facts: { ...host.assessment.facts, collectedAt: '2026-11-19T08:00:00Z' },
        },
      }),
      'read again since it was judged',
    ],
    [
      'of a node of which the snapshot cannot tell',
      (host) => ({ ...host, view: null }),
      'cannot tell what is on its node',
    ],
    [
      'that are not there',
      (host) => ({ ...host, facts: null }),
      'the fact kubelet is not whole: not collected',
    ],
  ])('plans no host with facts %s', (_what, change, reason) => {
    const cluster = clusterOf(parts)
    const [first, ...others] = names.map((name) => hostOf(name, cluster))
    const plan = planned({ cluster, hosts: [change(first as PlanHost), ...others] })
    expect(plan.leftOut.map(({ host }) => host)).toEqual(['host-1'])
    expect(reasonsOf(plan).join('\n')).toContain(reason)
  })

  it('plans no host with another machine id than its node', () => {
    const cluster = {
      ...clusterOf(parts),
      machineIdOf: (node: string) => (node === 'node-1' ? 'f'.repeat(32) : null),
    }
    expect(reasonsOf(planned({ cluster }))).toEqual([expect.stringContaining('another machine')])
  })

  it('knows of no node what it holds when the snapshot has gaps', () => {
    const cluster = clusterOf(parts)
    const gap = {
      list: 'pods',
      resource: 'pods',
      reason: 'unparsable',
      message: '2 pods were broken',
      objects: 2,
    } as const
    const gapped = { ...cluster, snapshot: { ...cluster.snapshot, gaps: [gap] } }
    expect(planned({ cluster: gapped }).nodes).toEqual([])
    expect(reasonsOf(planned({ cluster: gapped }))[0]).toContain('2 pods were broken')
  })

  it('plans a host without a kubelet without a cluster, and no other', () => {
    const node = hostOf('node-1', undefined)
    const facts = factsWith({ kubelet: { installed: false, active: false }, images: { localOnly: [] } })
    const plain = { ...node, facts: { ...facts, host: { ...facts.host, name: 'host-1' } } }
    const alone = planned({ cluster: undefined, hosts: [plain, hostOf('node-2', undefined)] })
    expect(alone.leftOut.map(({ host }) => host)).toEqual(['host-2'])
    expect(reasonsOf(alone)).toEqual([expect.stringContaining('no snapshot of its cluster')])
    expect(alone.nodes[0]).toMatchObject({ name: 'host-1', role: 'host', uid: null })
    expect(alone.nodes[0]?.steps.map(({ uses }) => uses)).toEqual(['host.provision'])
  })

  it('says which parameter a step lacks', () => {
    const rollback = { means: 'reinstall' } as const
    const plan = planned({ options: { ...options, rollback, with: {} } })
    expect(plan.nodes).toEqual([])
    expect(reasonsOf(plan)[0]).toMatch(/host\.provision is not complete: provider/)
  })
})

describe('what nobody could tell of the data of a host', () => {
  const { volume, claim } = boundClaim('csi', { kind: 'csi' }, ['node-1'])
  const pod = clusterPod('db-0', {
    node: 'node-1',
    volumes: [{ name: 'data', kind: 'persistentVolumeClaim', claim: 'csi' }],
  })
  const lists = { ...parts, pods: [...parts.pods, pod], volumes: [volume], claims: [claim] }
  const unlisted = '/var/lib/kubelet/pods/x/volumes/kubernetes.io~local-volume/pv-young'
  const [mount] = healthyWorker.mounts.mounts
  const mounts = {
    mounts: [...healthyWorker.mounts.mounts, { ...mount!, target: unlisted, source: '/dev/vda3' }],
  }
  const local = { id: `sha256:${'a'.repeat(64)}`, tags: ['local/a:1'], sizeBytes: 1 }
  const cut = degraded('images', '200 of 900', factsWith({ mounts, images: { localOnly: [local] } }))

  /** The first host has a claim without a path, a younger volume, and images of which only some could be read. */
  function planWith(rules: readonly DataRule[]): Plan {
    const cluster = clusterOf(lists)
    const [first, ...others] = names.map((name) => hostOf(name, cluster))
    const facts = { ...cut, host: first!.facts!.host }
    const rollback = { means: 'reinstall' } as const
    return planned({
      cluster,
      hosts: [{ ...first!, facts }, ...others],
      options: { ...options, rollback, data: [...options.data, ...rules] },
    })
  }
  const discard = (kind: DataRule['kind'], more: Partial<DataRule> = {}): DataRule => ({
    kind,
    action: 'discard',
    reason: 'li.wei',
    ...more,
  })
  const unknown = [
    expect.stringContaining('the fact images is not whole: 200 of 900') as string,
    expect.stringContaining('the local volume pv-young is mounted here') as string,
  ]

  it('keeps it out, whatever was decided about what was found', () => {
    expect(reasonsOf(planWith([]))).toEqual([
      ...unknown,
      expect.stringContaining('local-volume:shop/csi'),
      expect.stringContaining('images (local/a:1)'),
    ])
    const hosts = ['host-1']
    const ids = ['local-volume:shop/csi']
    expect(reasonsOf(planWith([discard('images', { hosts }), discard('local-volume', { hosts })]))).toEqual(
      unknown,
    )
    expect(reasonsOf(planWith([discard('images'), discard('local-volume', { ids })]))).toEqual(unknown)
  })

  it('keeps one out that is changed in place only where its way back writes the disk anew', () => {
    const cluster = clusterOf(lists)
    const gap = {
      list: 'claims',
      resource: 'persistentvolumeclaims',
      reason: 'forbidden',
      message: 'not allowed',
      objects: 0,
    } as const
    const gapped = { ...cluster, snapshot: { ...cluster.snapshot, gaps: [gap] } }
    const told = (means: RollbackMeans): string[] => {
      const host = { name: 'host-1', facts: cut.facts, view: cluster.views('node-1') ?? null }
      const basis = { target: 'anolis-rhck', rules: [], means, cluster: gapped } as const
      return decideHost(host, basis).unknown.map(({ en }) => en)
    }
    expect(told('old-disk')).toEqual([])
    for (const means of ['image', 'reinstall'] as const)
      expect(told(means)).toEqual([...unknown, expect.stringContaining('not allowed') as string])
  })

  it('is accepted by a decision that says so, for its kind and its hosts', () => {
    const acceptUnknown = true
    const images = discard('images', { acceptUnknown })
    const ids = ['local-volume:shop/csi']
    expect(reasonsOf(planWith([images, discard('local-volume', { ids })]))).toEqual([unknown[1]])
    const elsewhere = discard('local-volume', { acceptUnknown, hosts: ['host-2'] })
    expect(reasonsOf(planWith([images, discard('local-volume', { ids }), elsewhere]))).toEqual([unknown[1]])
    const volumes = discard('local-volume', { acceptUnknown, hosts: ['host-1'] })
    const plan = planWith([images, volumes])
    expect(plan.leftOut).toEqual([])
    const lost = plan.nodes.find(({ host }) => host === 'host-1')?.data
    expect(lost?.map(({ id, action }) => `${id} ${action}`)).toEqual([
      'local-volume:shop/csi discard',
      'kubelet-root discard',
      'images discard',
    ])
  })
})

describe('PlanOptions', () => {
  const parse = (more: object) => PlanOptions.safeParse({ schema: 'plan-options/v1', ...more })
  const window = { days: ['tue'], start: '22:00', length: '6h', timeZone: 'Asia/Shanghai' }

  it.each([
    [{ windows: [{ ...window, timeZone: 'Asia/Shanghia' }] }, 'time zone'],
    [{ windows: [{ ...window, length: '30s' }] }, 'a minute'],
    [{ windows: [{ ...window, length: '200h' }] }, 'a week'],
    [
      { freezes: [{ from: '2026-12-02T00:00:00Z', until: '2026-12-01T00:00:00Z', reason: 'x' }] },
      'ends after',
    ],
    [{ rollback: { means: 'none' } }, 'acceptedBy'],
    [{ rollback: { means: 'none', acceptedBy: ' ' } }, 'a name'],
    [{ maxUnavailable: '0%' }, '10%'],
  ])('refuses %j', (more, message) => {
    expect(JSON.stringify(parse(more).error?.issues)).toContain(message)
  })

  it('takes a window', () => {
    expect(parse({ windows: [window] }).success).toBe(true)
  })
})
