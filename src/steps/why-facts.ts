import { budgetKey, budgetsOf, parseDrainBudget, type DrainBudget } from '../model/drain-budget.ts'
import { parseDrainNode, type DrainNode } from '../model/drain-node.ts'
import { parseDrainPod, type DrainPod } from '../model/drain-pod.ts'
import { parseDrainAttachment, type DrainAttachment } from '../model/drain-volumes.ts'
import { isMigrationError, type MigrationError } from '../model/errors.ts'
import { inTurns } from '../model/in-turns.ts'
import { nodeRef, podsOn } from './core-objects.ts'
import { versionOfBudgets } from './cluster-view.ts'
import { readDaemonSets, readVolumes } from './drain-surroundings.ts'
import { refuseMissingNodes } from './nodes-missing.ts'
import type { PodSurroundings } from './pod-class.ts'
import { readRunLease, type HeldLease, type LeasePorts } from './run-lease.ts'
import { parsePodTrouble, type PodTrouble } from './why-unhealthy.ts'

/** A list that could not be read, and why: what it would have told is not known. */
export interface WhyGap {
  what: string
  reason: string
}

/** All that is needed to say what blocks some nodes, as it was at one moment. */
export interface WhyFacts {
  /** By name; a node that could not be read is left out. */
  nodes: ReadonlyMap<string, DrainNode>
  pods: readonly DrainPod[]
  budgets: readonly DrainBudget[]
  around: PodSurroundings
  attachments: readonly DrainAttachment[]
  lease: HeldLease | undefined
  /** Pods of budgets that let nobody go and that are not ready, by the budget's key. */
  unhealthy: ReadonlyMap<string, readonly PodTrouble[]>
  gaps: readonly WhyGap[]
}

/**
 * Reads once, by lists, and writes nothing. Throws NODE_NOT_FOUND, and CLUSTER_FORBIDDEN when neither the nodes nor their
 * pods may be read; every other list that cannot be read is a gap.
 */
export async function readWhyFacts(
  ports: Pick<LeasePorts, 'cluster' | 'clock'>,
  names: readonly string[],
  signal: AbortSignal,
): Promise<WhyFacts> {
  const { cluster } = ports
  const gaps = new Map<string, MigrationError>()
  const look = async <T>(what: string, read: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await read()
    } catch (error) {
      if (!isMigrationError(error, 'CLUSTER_FORBIDDEN', 'CLUSTER_ANSWER_INVALID')) throw error
      gaps.set(what, error)
      return undefined
    }
  }
  const nodes = new Map<string, DrainNode>()
  const pods: DrainPod[] = []
  const missing: string[] = []
  await inTurns(names, async (name) => {
    const found = await look('nodes', async () => ({
      node: await cluster.get(nodeRef(name), signal),
    }))
    if (found?.node !== undefined) nodes.set(name, parseDrainNode(found.node))
    else if (found !== undefined) missing.push(name)
    const objects = await look('pods', () => cluster.list(podsOn(name), signal))
    pods.push(...(objects ?? []).map(parseDrainPod))
  })
  refuseMissingNodes(cluster, missing)
  const [noNodes, noPods] = [gaps.get('nodes'), gaps.get('pods')]
  if (noNodes !== undefined && noPods !== undefined) throw noNodes
  const [budgets = [], daemonSets, attachments = [], lease] = await Promise.all([
    look('poddisruptionbudgets', async () => {
      const version = await versionOfBudgets(cluster, signal)
      const query = { group: 'policy', version, resource: 'poddisruptionbudgets' }
      return (await cluster.list(query, signal)).map((budget) => parseDrainBudget(budget, version))
    }),
    look('daemonsets', () => readDaemonSets(cluster, pods, signal)),
    look('volumeattachments', async () => {
      const query = { group: 'storage.k8s.io', version: 'v1', resource: 'volumeattachments' }
      return (await cluster.list(query, signal)).map(parseDrainAttachment)
    }),
    look('leases', () => readRunLease(ports, signal)),
  ])
  const needsVolumes =
    pods.some(({ claims }) => claims.length > 0) || attachments.some(({ node }) => names.includes(node))
  const volumes = needsVolumes
    ? await look('persistentvolumes', () => readVolumes(cluster, signal))
    : undefined
  const closed = new Map(
    pods
      .flatMap((pod) => budgetsOf(pod, budgets))
      .filter(({ allowed }) => allowed === 0)
      .map((budget) => [budgetKey(budget), budget]),
  )
  const unhealthy = new Map<string, PodTrouble[]>()
  const namespaces = Map.groupBy(closed.values(), ({ namespace }) => namespace)
  await inTurns(namespaces, async ([namespace, covering]) => {
    const objects = await look(`pods in ${namespace}`, () =>
      cluster.list({ group: '', version: 'v1', resource: 'pods', namespace }, signal),
    )
    for (const object of objects ?? []) {
      const pod = parseDrainPod(object)
      if (pod.isReady || pod.phase === 'Succeeded' || pod.phase === 'Failed') continue
      for (const budget of budgetsOf(pod, covering)) {
        const key = budgetKey(budget)
        unhealthy.set(key, [...(unhealthy.get(key) ?? []), parsePodTrouble(object, pod)])
      }
    }
  })
  return {
    nodes,
    pods,
    budgets,
    // Which DaemonSets there are is not known: their pods are taken for theirs, and the gap is told.
    around: { daemonSets: daemonSets ?? controllersOf(pods), volumes: volumes ?? [] },
    attachments,
    lease,
    unhealthy,
    gaps: [...gaps].map(([what, { message }]) => ({ what, reason: message })),
  }
}

function controllersOf(pods: readonly DrainPod[]): ReadonlySet<string> {
  return new Set(pods.flatMap(({ controller }) => controller?.uid ?? []))
}
