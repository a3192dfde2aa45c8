import type { Taint } from '../model/cluster-parts.ts'
import { tolerates } from '../model/node-selector.ts'
import { deletePod } from './lab-workloads.ts'
import { labKinds } from './lab-kinds.ts'
import { apiTime, type LabObject } from './lab-object.ts'
import { conditionOf, withCondition, type LabNodeObject, type LabPod } from './lab-pod.ts'
import type { LabListener } from './lab-store.ts'
import type { LabWorld } from './lab-world.ts'
import { update } from './lab-writes.ts'

type NodeTaint = Taint & { timeAdded?: string }

const notReady = 'node.kubernetes.io/not-ready'
const unreachable = 'node.kubernetes.io/unreachable'
const cordoned = 'node.kubernetes.io/unschedulable'
const own = new Set([notReady, unreachable, cordoned])

/** The node lifecycle controller: who is lost, the taints that say so, and pods that do not tolerate them. */
export function nodeLifecycle(world: LabWorld): LabListener {
  const { store, timers, settings } = world
  const heard = new Map<string, number>()
  const taint = (name: string): void =>
    timers.soon(`taints/${name}`, () => {
      const node = store.get(labKinds.nodes, name) as LabNodeObject | undefined
      if (node !== undefined) writeTaints(world, node)
    })

  function hear(name: string): void {
    const isNew = !heard.has(name)
    heard.set(name, timers.nowMs())
    if (isNew) timers.after(settings.nodeGraceMs, () => listen(name))
  }

  function listen(name: string): void {
    const node = store.get(labKinds.nodes, name) as LabNodeObject | undefined
    const last = heard.get(name)
    if (node === undefined || last === undefined) {
      heard.delete(name)
      return
    }
    const silentMs = timers.nowMs() - last
    if (silentMs >= settings.nodeGraceMs && !isLost(node)) lose(world, node)
    timers.after(Math.max(1000, settings.nodeGraceMs - silentMs), () => listen(name))
  }

  return ({ kind, object, before, after }) => {
    const { name, namespace } = object.metadata
    if (kind === labKinds.leases && namespace === 'kube-node-lease' && after !== undefined) {
      const node = store.get(labKinds.nodes, name)
      if (node !== undefined) hear(name)
      return
    }
    if (kind === labKinds.pods && after !== undefined && before === undefined) {
      const { nodeName = '' } = (after as LabPod).spec
      if (nodeName !== '') taint(nodeName)
    }
    if (kind !== labKinds.nodes || after === undefined) return
    const [was, is] = [before as LabNodeObject | undefined, after as LabNodeObject]
    if (was === undefined || isSaid(was, is)) hear(name)
    if (was?.spec !== is.spec || was.status.conditions !== is.status.conditions) taint(name)
  }
}

/** The kubelet has reported: the heartbeat has changed. */
function isSaid(was: LabObject, is: LabObject): boolean {
  const beat = (node: LabObject): unknown => conditionOf(node, 'Ready')?.['lastHeartbeatTime']
  return beat(was) !== beat(is)
}

function isLost(node: LabNodeObject): boolean {
  return conditionOf(node, 'Ready')?.status === 'Unknown'
}

function lose(world: LabWorld, node: LabNodeObject): void {
  const { store, timers } = world
  const now = apiTime(timers.nowMs())
  update(world, labKinds.nodes, {
    object: node,
    change: (found) => {
      let conditions = found.status.conditions ?? []
      for (const type of ['MemoryPressure', 'DiskPressure', 'PIDPressure', 'Ready']) {
        const before = conditions.find((condition) => condition.type === type)
        const unknown = {
          ...before,
          type,
          status: 'Unknown',
          reason: 'NodeStatusUnknown',
          message: 'Kubelet stopped posting node status.',
        }
        conditions = withCondition(conditions, unknown, now)
      }
      return { ...found, status: { ...found.status, conditions } }
    },
  })
  // Nobody answers for them any more.
  for (const pod of [...store.podsOn(node.metadata.name)] as LabPod[])
    update(world, labKinds.pods, {
      object: pod,
      change: (found) => ({
        ...found,
        status: {
          ...found.status,
          conditions: withCondition(
            found.status.conditions,
            { type: 'Ready', status: 'False', reason: 'NodeNotReady' },
            now,
          ),
        },
      }),
    })
}

function writeTaints(world: LabWorld, node: LabNodeObject): void {
  const now = apiTime(world.timers.nowMs())
  const before = node.spec.taints ?? []
  const keep = (taint: NodeTaint): NodeTaint =>
    before.find(({ key, effect }) => key === taint.key && effect === taint.effect) ?? taint
  const wanted = wantedTaints(node, now).map(keep)
  const taints = [...before.filter(({ key }) => !own.has(key)), ...wanted]
  update(world, labKinds.nodes, {
    object: node,
    change: (found) => ({ ...found, spec: { ...found.spec, taints: sameOrder(before, taints) } }),
  })
  for (const pod of [...world.store.podsOn(node.metadata.name)] as LabPod[]) leave(world, pod, wanted)
}

/** Nothing is written when only the order would change. */
function sameOrder(before: readonly NodeTaint[], after: readonly NodeTaint[]): readonly NodeTaint[] {
  const isSame = before.length === after.length && before.every((taint) => after.includes(taint))
  return isSame ? before : after
}

function wantedTaints(node: LabNodeObject, now: string): NodeTaint[] {
  const ready = conditionOf(node, 'Ready')?.status
  const key = ready === 'False' || ready === undefined ? notReady : unreachable
  return [
    ...(ready === 'True'
      ? []
      : [
          { key, effect: 'NoSchedule', ...(ready === 'Unknown' ? { timeAdded: now } : {}) },
          ...(ready === undefined ? [] : [{ key, effect: 'NoExecute', timeAdded: now }]),
        ]),
    ...(node.spec.unschedulable === true ? [{ key: cordoned, effect: 'NoSchedule', timeAdded: now }] : []),
  ]
}

/** Deletes a pod that does not tolerate a taint, at once or after the time for which it does. */
function leave(world: LabWorld, pod: LabPod, taints: readonly NodeTaint[]): void {
  if (pod.metadata.deletionTimestamp !== undefined) return
  const executing = taints.filter(({ effect }) => effect === 'NoExecute')
  for (const taint of executing) {
    const tolerations = (pod.spec.tolerations ?? []).filter((toleration) => tolerates([toleration], taint))
    const seconds = tolerations.map(({ tolerationSeconds }) => tolerationSeconds ?? Number.POSITIVE_INFINITY)
    const ms = tolerations.length === 0 ? 0 : Math.max(0, Math.min(...seconds) * 1000)
    if (ms === Number.POSITIVE_INFINITY) continue
    world.timers.after(ms, () => {
      const { name, namespace, uid } = pod.metadata
      const found = world.store.get(labKinds.pods, name, namespace) as LabPod | undefined
      const node = world.store.get(labKinds.nodes, pod.spec.nodeName ?? '') as LabNodeObject | undefined
      const isThere = node?.spec.taints?.some(
        ({ key, timeAdded }) => key === taint.key && timeAdded === taint.timeAdded,
      )
      if (found?.metadata.uid !== uid || found.metadata.deletionTimestamp !== undefined) return
      if (isThere === true) deletePod(world, found)
    })
  }
}
