import type { DrainBudget } from '../../src/model/drain-budget.ts'
import type { DrainPod } from '../../src/model/drain-pod.ts'
import type { DrainChoices } from '../../src/steps/drain-choices.ts'
import { planPod } from '../../src/steps/drain-preflight.ts'
import type { PodTask } from '../../src/steps/pick-evictions.ts'

/** A pod of a ReplicaSet that nothing speaks against. */
export function drainPod(more: Partial<DrainPod> = {}): DrainPod {
  const name = more.name ?? 'web-1'
  return {
    namespace: 'shop',
    name,
    uid: `uid-${name}`,
    node: 'node-1',
    labels: { app: 'web' },
    annotations: {},
    finalizers: [],
    controller: { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web', uid: 'uid-web' },
    deletionTimestamp: undefined,
    deletionGraceSeconds: undefined,
    phase: 'Running',
    isReady: true,
    readyChangedAt: undefined,
    priorityClass: undefined,
    graceSeconds: 30,
    emptyDirs: [],
    hostPaths: [],
    claims: [],
    inlineVolumes: [],
    toleratesCordon: false,
    ...more,
  }
}

/** A budget that lets one pod of app=web go. */
export function drainBudget(more: Partial<DrainBudget> = {}): DrainBudget {
  return {
    namespace: 'shop',
    name: 'web',
    uid: 'uid-budget',
    resourceVersion: '1',
    labels: {},
    owners: [],
    selector: { matchLabels: { app: 'web' } },
    rule: 'maxUnavailable 1',
    alwaysAllowsUnhealthy: false,
    isCurrent: true,
    allowed: 1,
    currentHealthy: 3,
    desiredHealthy: 2,
    expectedPods: 3,
    disruptedPods: [],
    closedAt: undefined,
    ...more,
  }
}

export const noChoices: DrainChoices = {
  deleteEmptyDirData: false,
  leaveLocalData: false,
  naked: 'refuse',
  gracePeriodSeconds: undefined,
  timeoutMs: undefined,
  rules: [],
}

export const noSurroundings = { daemonSets: new Set<string>(), volumes: [] }

export function podTask(pod: DrainPod, more: Partial<PodTask> = {}): PodTask {
  return {
    planned: planPod(pod, noSurroundings, noChoices),
    node: pod.node,
    budgets: [],
    passesBy: [],
    state: 'waiting',
    notBeforeMs: 0,
    ...more,
  }
}
