import { z } from 'zod'
import { parseApiObject } from '../model/api-object.ts'
import type { ApiObject, Cluster } from '../model/cluster-port.ts'
import { parseDrainPod, type DrainPod } from '../model/drain-pod.ts'
import { isMigrationError } from '../model/errors.ts'
import type { Gate, GateQuestion } from '../model/gate.ts'
import { parseRecordedNode } from '../model/node-record.ts'
import type { WorkloadsBefore, WorkloadsMemory } from '../model/workloads-before.ts'
import { nodeRef, podsOn } from './core-objects.ts'
import { missingDaemons } from './daemon-sets.ts'

export interface WorkloadsGatePorts {
  cluster: Cluster
  memory: WorkloadsMemory
  /** Id of the run. */
  run: string
}

const kinds = [
  ['Deployment', 'deployments'],
  ['StatefulSet', 'statefulsets'],
] as const
const gate = 'workloads'
const someNames = 5

const Workload = z.object({
  metadata: z.object({ namespace: z.string(), name: z.string() }),
  spec: z.object({ replicas: z.int().nullish() }),
  status: z.object({ readyReplicas: z.int().nullish() }).nullish(),
})

interface Counts {
  wanted: number
  ready: number
}

/**
 * Open when workloads have as many ready pods as when the run began, and every node that has ended its DaemonSets. Pods that
 * were on nodes which are away are not missed: they may have no other place.
 */
export function workloadsGate({ cluster, memory, run }: WorkloadsGatePorts): Gate {
  let before: WorkloadsBefore | undefined
  /** Nodes that were looked at and are whole: they are not looked at for every node that comes after them. */
  const whole = new Set<string>()

  async function beforeOf(
    question: GateQuestion,
    now: ReadonlyMap<string, Counts>,
    signal: AbortSignal,
  ): Promise<WorkloadsBefore> {
    before ??= await memory.read()
    const first: WorkloadsBefore = before ?? {
      schema: 'workloads-before/v1',
      run,
      // Of a run that has begun nobody knows any more how it was: then all that is wanted must be there.
      ready: mapped(now, ({ ready, wanted }) => (hasBegun(question) ? wanted : ready)),
      nodes: {},
    }
    if (before !== undefined && before.nodes[question.node] !== undefined) return before
    const node = await nodeBefore(cluster, question.node, signal)
    const next = { ...first, nodes: { ...first.nodes, [question.node]: node } }
    await memory.write(next)
    before = next
    return next
  }

  async function fewer(question: GateQuestion, signal: AbortSignal): Promise<string[]> {
    const now = await countsNow(cluster, signal)
    const { ready, nodes } = await beforeOf(question, now, signal)
    return [...now].flatMap(([name, counts]) => {
      const was = ready[name]
      if (was === undefined) return []
      const away = question.away.reduce((sum, node) => sum + (nodes[node]?.pods[name] ?? 0), 0)
      const least = Math.min(was, counts.wanted) - away
      return counts.ready < least ? [`${name}: ${counts.ready} of ${least} ready`] : []
    })
  }

  async function daemonless(question: GateQuestion, signal: AbortSignal): Promise<string[]> {
    const found: string[] = []
    for (const name of question.ended) {
      if (whole.has(name)) continue
      const missing = await missingOn(cluster, name, signal)
      const was = before?.nodes[name]?.missing ?? []
      const more = missing?.filter((set) => !was.includes(set)) ?? []
      if (missing === undefined) found.push(`the cluster has no node ${name} any more`)
      else if (more.length === 0) whole.add(name)
      found.push(...more.map((set) => `DaemonSet ${set}: no ready pod on ${name}`))
    }
    return found
  }

  return {
    async ask(question, signal) {
      try {
        const short = [...(await fewer(question, signal)), ...(await daemonless(question, signal))]
        if (short.length === 0) return { gate, outcome: 'open', message: '' }
        const more = short.length > someNames ? ` (+${short.length - someNames})` : ''
        return { gate, outcome: 'closed', message: `${short.slice(0, someNames).join('; ')}${more}` }
      } catch (error) {
        signal.throwIfAborted()
        if (!isMigrationError(error)) throw error
        return { gate, outcome: 'unknown', message: error.message }
      }
    },
  }
}

function hasBegun({ ended, away }: GateQuestion): boolean {
  return ended.length + away.length > 0
}

async function countsNow(cluster: Cluster, signal: AbortSignal): Promise<Map<string, Counts>> {
  const counts = new Map<string, Counts>()
  for (const [kind, resource] of kinds)
    for (const object of await cluster.list({ group: 'apps', version: 'v1', resource }, signal)) {
      const { metadata, spec, status } = parseApiObject(Workload, object, kind)
      counts.set(`${kind} ${metadata.namespace}/${metadata.name}`, {
        wanted: spec.replicas ?? 1,
        ready: status?.readyReplicas ?? 0,
      })
    }
  return counts
}

async function nodeBefore(
  cluster: Cluster,
  name: string,
  signal: AbortSignal,
): Promise<WorkloadsBefore['nodes'][string]> {
  const pods: Record<string, number> = {}
  for (const object of await cluster.list(podsOn(name), signal)) {
    const workload = workloadOf(parseDrainPod(object))
    if (workload !== undefined) pods[workload] = (pods[workload] ?? 0) + 1
  }
  return { missing: (await missingOn(cluster, name, signal)) ?? [], pods }
}

/** Undefined when there is no such node. */
async function missingOn(cluster: Cluster, name: string, signal: AbortSignal): Promise<string[] | undefined> {
  const object: ApiObject | undefined = await cluster.get(nodeRef(name), signal)
  return object === undefined ? undefined : await missingDaemons(cluster, parseRecordedNode(object), signal)
}

/** A ReplicaSet of a Deployment has its name and the hash that is in the label of its pods. */
function workloadOf({ namespace, controller, labels }: DrainPod): string | undefined {
  if (controller?.kind === 'StatefulSet') return `StatefulSet ${namespace}/${controller.name}`
  const hash = labels['pod-template-hash']
  if (controller?.kind !== 'ReplicaSet' || hash === undefined) return undefined
  if (!controller.name.endsWith(`-${hash}`)) return undefined
  return `Deployment ${namespace}/${controller.name.slice(0, -hash.length - 1)}`
}

function mapped(
  counts: ReadonlyMap<string, Counts>,
  valueOf: (counts: Counts) => number,
): Record<string, number> {
  return Object.fromEntries([...counts].map(([name, value]) => [name, valueOf(value)]))
}
