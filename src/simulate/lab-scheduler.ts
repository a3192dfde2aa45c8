import { amountOf } from '../model/quantity.ts'
import { tolerates } from '../model/node-selector.ts'
import { onlyNode } from './lab-daemons.ts'
import { labKinds } from './lab-kinds.ts'
import { apiTime, controllerOf, keyOf, type LabObject } from './lab-object.ts'
import { nodeMatches, placesOf } from './lab-placing.ts'
import { claimsOf, type LabClaim } from './lab-pod-volumes.ts'
import { isOver, requestsOf, withCondition, type LabNodeObject, type LabPod } from './lab-pod.ts'
import type { LabListener, LabStore } from './lab-store.ts'
import type { LabWorld } from './lab-world.ts'
import { update } from './lab-writes.ts'

interface Room {
  pods: number
  cpu: number
  memory: number
}

/** So many nodes that could take a pod are compared, as the real one does with large clusters. */
const mostCandidates = 50

const cordonTaint = { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' }

/** Binds pods to nodes: cordon, taints, selectors, affinity, spread, volumes and room; the emptiest node wins. */
export function scheduler(world: LabWorld): LabListener {
  const { store, timers } = world
  const pending = new Map<string, { name: string; namespace: string | undefined }>()
  const used = new Map<string, Room>()
  let start = 0
  let nodeList: readonly LabNodeObject[] | undefined

  function account(pod: LabObject | undefined, sign: 1 | -1): void {
    if (pod === undefined) return
    const { nodeName = '' } = (pod as LabPod).spec
    if (nodeName === '' || isOver(pod as LabPod)) return
    const room = used.get(nodeName) ?? { pods: 0, cpu: 0, memory: 0 }
    const { cpu, memory } = requestsOf(pod as LabPod)
    used.set(nodeName, {
      pods: room.pods + sign,
      cpu: room.cpu + sign * cpu,
      memory: room.memory + sign * memory,
    })
  }

  function hasRoom(node: LabNodeObject, wanted: Room): boolean {
    const allocatable = amounts(node)
    const room = used.get(node.metadata.name) ?? { pods: 0, cpu: 0, memory: 0 }
    const fits = (resource: keyof Room): boolean => room[resource] + wanted[resource] <= allocatable[resource]
    return fits('pods') && fits('cpu') && fits('memory')
  }

  function choose(pod: LabPod): LabNodeObject | undefined {
    const only = onlyNode(pod.spec)
    const meant = only === undefined ? undefined : store.get(labKinds.nodes, only)
    nodeList ??= [...store.all(labKinds.nodes)] as LabNodeObject[]
    const nodes = only === undefined ? nodeList : ([meant ?? []].flat() as LabNodeObject[])
    const mayGo = placesOf(store, pod)
    const wanted = { pods: 1, ...requestsOf(pod) }
    const siblings = siblingsOf(store, pod)
    let best: { node: LabNodeObject; score: number } | undefined
    let found = 0
    for (let index = 0; index < nodes.length && found < mostCandidates; index += 1) {
      const node = nodes[(start + index) % nodes.length]
      if (node === undefined || !takes(node, pod) || !hasRoom(node, wanted) || !mayGo(node)) continue
      found += 1
      const { name } = node.metadata
      // Its like elsewhere, then room; a soft taint weighs more than both.
      const score =
        softTaints(node, pod) * 1_000_000 + (siblings.get(name) ?? 0) * 1000 + (used.get(name)?.pods ?? 0)
      if (best === undefined || score < best.score) best = { node, score }
    }
    start = nodes.length === 0 ? 0 : (start + found) % nodes.length
    return best?.node
  }

  function place(): void {
    for (const [key, { name, namespace }] of pending) {
      const pod = store.get(labKinds.pods, name, namespace) as LabPod | undefined
      const isFree = pod !== undefined && (pod.spec.nodeName ?? '') === ''
      if (!isFree || pod.metadata.deletionTimestamp !== undefined) {
        pending.delete(key)
        continue
      }
      const node = hasClaims(store, pod) ? choose(pod) : undefined
      const now = apiTime(timers.nowMs())
      const condition =
        node === undefined
          ? {
              type: 'PodScheduled',
              status: 'False',
              reason: 'Unschedulable',
              message: `0/${store.count(labKinds.nodes)} nodes are available`,
            }
          : { type: 'PodScheduled', status: 'True' }
      if (node !== undefined) pending.delete(key)
      update(world, labKinds.pods, {
        object: pod,
        change: (found) => ({
          ...found,
          ...(node === undefined ? {} : { spec: { ...found.spec, nodeName: node.metadata.name } }),
          status: { ...found.status, conditions: withCondition(found.status.conditions, condition, now) },
        }),
      })
    }
  }

  const soon = (): void => {
    if (pending.size > 0) timers.soon('scheduler', place)
  }

  return ({ kind, before, after }) => {
    if (kind === labKinds.pods) {
      if (before?.spec !== after?.spec || isOver(after as LabPod) !== isOver(before as LabPod)) {
        account(before, -1)
        account(after, 1)
      }
      const pod = after as LabPod | undefined
      const isNew = pod !== undefined && (pod.spec.nodeName ?? '') === '' && before === undefined
      if (isNew && pod.spec.schedulerName === 'default-scheduler')
        pending.set(keyOf(pod), { name: pod.metadata.name, namespace: pod.metadata.namespace })
      // A pod that waits has changed only because it waits.
      if (isNew || after === undefined) soon()
      return
    }
    if (kind === labKinds.nodes) nodeList = undefined
    const isPlace = kind === labKinds.nodes && isElsewhere(before, after)
    if (isPlace || kind === labKinds.claims || kind === labKinds.volumes) soon()
  }
}

const known = new WeakMap<object, Room>()

/** What a node has to give; parsed once for all pods. */
function amounts({ status }: LabNodeObject): Room {
  const { allocatable = {} } = status
  const found = known.get(allocatable)
  if (found !== undefined) return found
  const of = (resource: keyof Room): number => amountOf(resource, allocatable[resource] ?? '0') ?? 0
  const room = { pods: of('pods'), cpu: of('cpu'), memory: of('memory') }
  known.set(allocatable, room)
  return room
}

/** A heartbeat makes no room. */
function isElsewhere(before: LabObject | undefined, after: LabObject | undefined): boolean {
  const [was, is] = [before, after] as [LabNodeObject | undefined, LabNodeObject | undefined]
  return (
    was?.spec !== is?.spec ||
    was?.metadata.labels !== is?.metadata.labels ||
    was?.status.allocatable !== is?.status.allocatable
  )
}

function takes(node: LabNodeObject, { spec }: LabPod): boolean {
  const { unschedulable = false, taints = [] } = node.spec
  const tolerations = spec.tolerations ?? []
  if (unschedulable && !tolerates(tolerations, cordonTaint)) return false
  return (
    taints.every((taint) => taint.effect === 'PreferNoSchedule' || tolerates(tolerations, taint)) &&
    nodeMatches(spec, node)
  )
}

function softTaints({ spec }: LabNodeObject, pod: LabPod): number {
  const soft = (spec.taints ?? []).filter(({ effect }) => effect === 'PreferNoSchedule')
  return soft.filter((taint) => !tolerates(pod.spec.tolerations ?? [], taint)).length
}

/** Pods of the same controller by node. */
function siblingsOf(store: LabStore, pod: LabPod): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  const owner = controllerOf(pod)
  if (owner === undefined) return counts
  for (const { kind, object } of store.ownedBy(owner.uid)) {
    if (kind !== labKinds.pods) continue
    const { nodeName = '' } = (object as LabPod).spec
    counts.set(nodeName, (counts.get(nodeName) ?? 0) + 1)
  }
  return counts
}

/** Every claim of the pod is there and bound. */
function hasClaims(store: LabStore, pod: LabPod): boolean {
  return claimsOf(pod).every((name) => {
    const claim = store.get(labKinds.claims, name, pod.metadata.namespace) as LabClaim | undefined
    return claim?.status.phase === 'Bound'
  })
}
