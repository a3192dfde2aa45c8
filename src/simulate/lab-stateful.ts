import { labKinds } from './lab-kinds.ts'
import { controllerOf } from './lab-object.ts'
import { isReady, type LabPodVolume } from './lab-pod.ts'
import type { LabListener } from './lab-store.ts'
import {
  createPod,
  deletePod,
  made,
  podsOf,
  readyCount,
  staying,
  writeCounts,
  type LabWorkload,
} from './lab-workloads.ts'
import type { LabWorld } from './lab-world.ts'
import { createObject } from './lab-writes.ts'

/** StatefulSets: pods with names and claims of their own, one after the other. */
export function statefulController(world: LabWorld): LabListener {
  const { store, timers } = world
  const soon = (namespace: string | undefined, name: string): void =>
    timers.soon(`statefulset/${namespace}/${name}`, () => {
      const found = store.get(labKinds.statefulSets, name, namespace)
      if (found !== undefined) reconcile(world, found as LabWorkload, () => soon(namespace, name))
    })
  return ({ kind, object, after }) => {
    const { namespace, name } = object.metadata
    if (kind === labKinds.statefulSets && after !== undefined) soon(namespace, name)
    if (kind !== labKinds.pods) return
    const owner = controllerOf(object)
    if (owner?.kind === 'StatefulSet') soon(namespace, owner.name)
  }
}

function reconcile(world: LabWorld, set: LabWorkload, retry: () => void): void {
  if (set.metadata.deletionTimestamp !== undefined) return
  const { replicas = 1, podManagementPolicy } = set.spec
  const isParallel = podManagementPolicy === 'Parallel'
  const pods = new Map(podsOf(world, set).map((pod) => [pod.metadata.name, pod]))
  for (let ordinal = 0; ordinal < replicas; ordinal += 1) {
    const name = `${set.metadata.name}-${ordinal}`
    const pod = pods.get(name)
    // The name is free only when the old pod is gone.
    if (pod === undefined) create(world, { set, name, ordinal }, retry)
    const isSound = pod !== undefined && pod.metadata.deletionTimestamp === undefined && isReady(pod)
    if (!isParallel && !isSound) break
  }
  const above = [...pods.values()].filter(
    ({ metadata }) => Number(metadata.name.slice(set.metadata.name.length + 1)) >= replicas,
  )
  for (const pod of staying(above)) deletePod(world, pod)
  const now = podsOf(world, set)
  const ready = readyCount(now)
  const revision = `${set.metadata.name}-1`
  writeCounts(world, labKinds.statefulSets, {
    owner: set,
    status: {
      replicas: now.length,
      readyReplicas: ready,
      availableReplicas: ready,
      currentReplicas: now.length,
      updatedReplicas: now.length,
      currentRevision: revision,
      updateRevision: revision,
    },
  })
}

function create(
  world: LabWorld,
  { set, name, ordinal }: { set: LabWorkload; name: string; ordinal: number },
  retry: () => void,
): void {
  const { namespace = '' } = set.metadata
  const { volumeClaimTemplates = [], template } = set.spec
  const claims = volumeClaimTemplates.map(({ metadata, spec }): LabPodVolume => {
    const claimName = `${metadata.name}-${name}`
    if (world.store.get(labKinds.claims, claimName, namespace) === undefined) {
      const labels = set.spec.selector?.matchLabels ?? {}
      const body = { metadata: { name: claimName, labels }, spec }
      made(world, () => createObject(world, { kind: labKinds.claims, namespace, body }), retry)
    }
    return { name: metadata.name, persistentVolumeClaim: { claimName } }
  })
  const names = new Set(claims.map((volume) => volume.name))
  const others = (template.spec.volumes ?? []).filter((volume) => !names.has(volume.name))
  const labels = {
    'statefulset.kubernetes.io/pod-name': name,
    'apps.kubernetes.io/pod-index': String(ordinal),
    'controller-revision-hash': `${set.metadata.name}-1`,
  }
  const spec = {
    hostname: name,
    ...(claims.length === 0 ? {} : { volumes: [...others, ...claims] }),
  }
  createPod(world, { kind: labKinds.statefulSets, owner: set, name, labels, spec }, retry)
}
