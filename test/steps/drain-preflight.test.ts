import { describe, expect, it } from 'vitest'
import type { DrainBudget } from '../../src/model/drain-budget.ts'
import type { DrainPod } from '../../src/model/drain-pod.ts'
import type { DrainChoices } from '../../src/steps/drain-choices.ts'
import { preflight, type DrainPlan } from '../../src/steps/drain-preflight.ts'
import { drainBudget, drainPod, noChoices, noSurroundings } from './make-drain.ts'

interface Input {
  pods: DrainPod[]
  budgets?: DrainBudget[]
  choices?: Partial<DrainChoices>
}

function plan({ pods, budgets = [], choices = {} }: Input): DrainPlan {
  const input = { node: 'node-1', pods, budgets, ...noSurroundings }
  return preflight(input, { ...noChoices, ...choices })
}

const reasons = (input: Input): string[] => plan(input).refusals.map(({ pod, reason }) => `${pod} ${reason}`)
const warnings = (input: Input): string[] => plan(input).warnings.map(({ pod, reason }) => `${pod} ${reason}`)

describe('preflight', () => {
  it('lets a pod go that a controller creates again', () => {
    expect(plan({ pods: [drainPod()], budgets: [drainBudget()] })).toMatchObject({
      pods: [{ class: 'controlled', action: 'evict' }],
      refusals: [],
      warnings: [],
    })
  })

  it.each<{ what: string; more: Partial<DrainPod>; kind: string; action: string }>([
    {
      what: 'static pods',
      more: { annotations: { 'kubernetes.io/config.mirror': 'x' } },
      kind: 'mirror',
      action: 'none',
    },
    {
      what: 'ended pods',
      more: { phase: 'Succeeded', controller: undefined },
      kind: 'terminal',
      action: 'none',
    },
    { what: 'ending pods', more: { deletionTimestamp: 'x' }, kind: 'terminating', action: 'wait-end' },
    {
      what: 'ended pods that are being deleted',
      more: { phase: 'Failed', deletionTimestamp: 'x' },
      kind: 'terminating',
      action: 'wait-end',
    },
  ])('sends nothing for $what', ({ more, kind, action }) => {
    expect(plan({ pods: [drainPod(more)] })).toMatchObject({ pods: [{ class: kind, action }], refusals: [] })
  })

  it('leaves pods of DaemonSets, but takes one whose DaemonSet is no more for naked', () => {
    const controller = { apiVersion: 'apps/v1', kind: 'DaemonSet', name: 'agent', uid: 'ds' }
    const pods = [drainPod({ controller })]
    const input = { node: 'node-1', pods, budgets: [], volumes: [] }
    expect(preflight({ ...input, daemonSets: new Set(['ds']) }, noChoices).pods[0]?.class).toBe('daemonset')
    expect(preflight({ ...input, daemonSets: new Set() }, noChoices).refusals[0]?.reason).toBe('naked')
  })

  it('leaves and names a pod of a DaemonSet of another API group that tolerates the cordon, whatever was chosen', () => {
    const controller = { apiVersion: 'apps.kruise.io/v1alpha1', kind: 'DaemonSet', name: 'agent', uid: 'ds' }
    const pods = [drainPod({ controller, toleratesCordon: true })]
    for (const naked of ['refuse', 'recreate', 'force'] as const) {
      expect(plan({ pods, choices: { naked } })).toMatchObject({
        pods: [{ class: 'daemonset', action: 'none', save: false }],
        refusals: [],
        warnings: [{ reason: 'other-daemon-set', names: ['apps.kruise.io/v1alpha1 DaemonSet/agent'] }],
      })
    }
    // Without the toleration it is created again elsewhere, or when the node is back.
    expect(plan({ pods: [drainPod({ controller })] })).toMatchObject({
      pods: [{ class: 'controlled', action: 'evict', save: false }],
      refusals: [],
      warnings: [],
    })
  })

  it('names the volumes that stay attached because their pods stay', () => {
    const inlineVolumes = [{ kind: 'iscsi' as const, id: '10.0.0.1:3260:iqn:0' }]
    const rule = { name: 'stay', match: { pods: ['web-*'] }, behavior: 'Skip' as const }
    const pods = [drainPod({ inlineVolumes })]
    expect(warnings({ pods })).toEqual([])
    expect(plan({ pods, choices: { rules: [rule] } }).warnings).toEqual([
      { pod: 'shop/web-1', reason: 'volume-stays', names: ['iscsi 10.0.0.1:3260:iqn:0'] },
    ])
  })

  it('refuses each loss until it is chosen', () => {
    const naked = drainPod({ controller: undefined })
    expect(reasons({ pods: [naked] })).toEqual(['shop/web-1 naked'])
    expect(plan({ pods: [naked], choices: { naked: 'recreate' } })).toMatchObject({
      pods: [{ save: true }],
      refusals: [],
    })
    expect(plan({ pods: [naked], choices: { naked: 'force' } })).toMatchObject({
      pods: [{ save: false }],
      refusals: [],
    })
    const scratch = drainPod({ emptyDirs: ['scratch'] })
    expect(reasons({ pods: [scratch] })).toEqual(['shop/web-1 empty-dir'])
    expect(reasons({ pods: [scratch], choices: { deleteEmptyDirData: true } })).toEqual([])
    const local = drainPod({ hostPaths: ['/data'] })
    expect(reasons({ pods: [local] })).toEqual(['shop/web-1 local-data'])
    expect(reasons({ pods: [local], choices: { leaveLocalData: true } })).toEqual([])
  })

  it('finds data on local volumes through the claim', () => {
    const volumes = [{ name: 'pv-1', claim: 'shop/data', localPath: '/mnt/ssd', uniqueName: undefined }]
    const input = { node: 'node-1', budgets: [], daemonSets: new Set<string>(), volumes }
    const { refusals } = preflight({ ...input, pods: [drainPod({ claims: ['data'] })] }, noChoices)
    expect(refusals).toEqual([{ pod: 'shop/web-1', reason: 'local-data', names: ['/mnt/ssd (pv-1)'] }])
  })

  it('heeds the annotations of autoscalers unless a rule names the pod', () => {
    const pods = [
      drainPod({ annotations: { 'karpenter.sh/do-not-disrupt': 'true' } }),
      drainPod({ name: 'b', annotations: { 'cluster-autoscaler.kubernetes.io/safe-to-evict': 'false' } }),
      drainPod({ name: 'c', annotations: { 'cluster-autoscaler.kubernetes.io/safe-to-evict': 'true' } }),
    ]
    expect(reasons({ pods })).toEqual(['shop/b do-not-evict', 'shop/web-1 do-not-evict'])
    const rule = { name: 'shop', match: { namespaces: ['sh*'] }, behavior: 'Drain' as const }
    expect(reasons({ pods, choices: { rules: [rule] } })).toEqual([])
  })

  it('tells a budget that never opens from one of an operator and one that is closed just now', () => {
    const pods = [drainPod()]
    const zero = drainBudget({ allowed: 0, currentHealthy: 3, expectedPods: 3, desiredHealthy: 3 })
    expect(reasons({ pods, budgets: [zero] })).toEqual(['shop/web-1 budget-zero'])
    const cnpg = { ...zero, owners: ['postgresql.cnpg.io/v1 Cluster'] }
    expect([reasons({ pods, budgets: [cnpg] }), warnings({ pods, budgets: [cnpg] })]).toEqual([
      [],
      ['shop/web-1 budget-operator'],
    ])
    const now = { ...zero, currentHealthy: 2 }
    expect([reasons({ pods, budgets: [now] }), warnings({ pods, budgets: [now] })]).toEqual([
      [],
      ['shop/web-1 budget-closed'],
    ])
  })

  it('refuses two budgets on one pod, of which the server lets none go', () => {
    const budgets = [drainBudget(), drainBudget({ name: 'all', selector: { matchLabels: {} } })]
    expect(plan({ pods: [drainPod()], budgets }).refusals).toEqual([
      { pod: 'shop/web-1', reason: 'two-budgets', names: ['shop/all', 'shop/web'] },
    ])
  })

  it('deletes past budgets only by a rule that is named, and shows each pod', () => {
    const rule = { name: 'old', match: { pods: ['web-*'] }, behavior: 'Delete' as const }
    const zero = drainBudget({ allowed: 0, currentHealthy: 3, expectedPods: 3, desiredHealthy: 3 })
    const input = { pods: [drainPod()], budgets: [zero], choices: { rules: [rule] } }
    expect(plan(input)).toMatchObject({
      pods: [{ action: 'delete' }],
      refusals: [{ pod: 'shop/web-1', reason: 'delete-unnamed', names: ['old', 'shop/web'] }],
    })
    expect(plan({ ...input, choices: { rules: [rule], deleteByRules: ['old'] } })).toMatchObject({
      refusals: [],
      warnings: [{ pod: 'shop/web-1', reason: 'will-delete', names: ['old', 'shop/web'] }],
    })
    const lost = {
      pods: [drainPod({ emptyDirs: ['scratch'] })],
      choices: { rules: [rule], deleteByRules: ['old'] },
    }
    expect(reasons(lost)).toEqual(['shop/web-1 empty-dir'])
  })

  it('shows what an escalation may delete, and refuses one that would delete at once', () => {
    const input = { pods: [drainPod()], budgets: [drainBudget()] }
    const choices = { escalate: 'delete' as const, timeoutMs: 600_000 }
    expect([reasons({ ...input, choices }), warnings({ ...input, choices })]).toEqual([
      [],
      ['shop/web-1 may-delete'],
    ])
    expect(reasons({ ...input, choices: { ...choices, timeoutMs: 32_000 } })).toEqual([
      'shop/web-1 grace-past-budget',
    ])
  })

  it('never says that a pod will be deleted when the drain is refused for it', () => {
    const zero = drainBudget({ allowed: 0, currentHealthy: 3, expectedPods: 3, desiredHealthy: 3 })
    const choices = { escalate: 'delete' as const, timeoutMs: 600_000 }
    const closed = { pods: [drainPod()], budgets: [zero], choices }
    expect([reasons(closed), warnings(closed)]).toEqual([['shop/web-1 budget-zero'], []])
    const rule = { name: 'old', match: { pods: ['web-*'] }, behavior: 'Delete' as const }
    const ruled = {
      pods: [drainPod({ emptyDirs: ['scratch'] })],
      choices: { rules: [rule], deleteByRules: ['old'] },
    }
    expect([reasons(ruled), warnings(ruled)]).toEqual([['shop/web-1 empty-dir'], []])
  })

  it('refuses to force pods that could run twice off a node that is not heard of', () => {
    const set = { apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'db', uid: 'uid-db' }
    const pods = [
      drainPod(),
      drainPod({ name: 'db-0', controller: set }),
      drainPod({ name: 'd', claims: ['x'] }),
    ]
    const choices = { ...noChoices, escalate: 'force' as const, timeoutMs: 600_000 }
    const forced = (isUnreachable: boolean, isOutOfService: boolean, forcePods: string[] = []): string[] =>
      preflight(
        { node: 'node-1', state: { isUnreachable, isOutOfService }, pods, budgets: [], ...noSurroundings },
        { ...choices, forcePods },
      ).refusals.map(({ pod, reason }) => `${pod} ${reason}`)
    expect(forced(true, false)).toEqual(['shop/d may-run-twice', 'shop/db-0 may-run-twice'])
    expect(forced(true, false, ['shop/db-0', 'shop/d'])).toEqual([])
    expect([forced(true, true), forced(false, false)]).toEqual([[], []])
  })

  it('warns of a pod that tolerates the cordon and may come back, but not of one that nobody creates again', () => {
    const pods = [drainPod({ toleratesCordon: true })]
    expect(warnings({ pods })).toEqual(['shop/web-1 tolerates-cordon'])
    const naked = [drainPod({ toleratesCordon: true, controller: undefined })]
    expect(warnings({ pods: naked, choices: { naked: 'force' } })).toEqual([])
  })

  it('takes the first rule that matches', () => {
    const rules = [
      { name: 'jobs', match: { labels: { job: 'yes' } }, behavior: 'WaitCompleted' as const },
      { name: 'rest', match: { pods: ['web-*'] }, behavior: 'Skip' as const },
    ]
    const pods = [drainPod(), drainPod({ name: 'web-2', labels: { job: 'yes' } }), drainPod({ name: 'x' })]
    expect(plan({ pods, choices: { rules } }).pods.map(({ action, rule }) => [action, rule])).toEqual([
      ['none', 'rest'],
      ['wait-completed', 'jobs'],
      ['evict', undefined],
    ])
  })

  it('warns of finalizers, and of a grace that the timeout does not leave', () => {
    const pods = [drainPod({ finalizers: ['example.com/x'], graceSeconds: 600 })]
    expect(warnings({ pods, choices: { timeoutMs: 60_000 } })).toEqual([
      'shop/web-1 finalizers',
      'shop/web-1 grace-too-long',
    ])
    expect(warnings({ pods, choices: { timeoutMs: 60_000, gracePeriodSeconds: 10 } })).toEqual([
      'shop/web-1 finalizers',
    ])
  })
})
