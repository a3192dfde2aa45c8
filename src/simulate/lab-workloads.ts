import { deleteObject } from './lab-delete.ts'
import { labKinds, groupVersion, type LabKind } from './lab-kinds.ts'
import { controllerOf, type LabObject, type LabOwner } from './lab-object.ts'
import { isOver, isReady, type LabPod, type LabPodSpec, type LabSelector } from './lab-pod.ts'
import { LabStatusError } from './lab-status.ts'
import type { LabWorld } from './lab-world.ts'
import { createObject, update } from './lab-writes.ts'

/** Deployments, ReplicaSets, StatefulSets, DaemonSets and Jobs, as far as their controllers look at them. */
export interface LabWorkload extends LabObject {
  spec: {
    replicas?: number
    parallelism?: number
    selector?: LabSelector
    template: LabTemplate
    podManagementPolicy?: string
    volumeClaimTemplates?: readonly { metadata: { name: string }; spec: object }[]
  }
  status?: Record<string, unknown>
}

export interface LabTemplate {
  metadata?: { labels?: Record<string, string>; annotations?: Record<string, string> }
  spec: LabPodSpec
}

export function ownerOf(kind: LabKind, { metadata }: LabObject): LabOwner {
  const { name, uid } = metadata
  return {
    apiVersion: groupVersion(kind),
    kind: kind.kind,
    name,
    uid,
    controller: true,
    blockOwnerDeletion: true,
  }
}

/** Pods of a controller that have not ended by themselves. */
export function podsOf({ store }: LabWorld, { metadata }: LabObject): LabPod[] {
  const pods: LabPod[] = []
  for (const { kind, object } of store.ownedBy(metadata.uid))
    if (kind === labKinds.pods && controllerOf(object)?.uid === metadata.uid) pods.push(object as LabPod)
  return pods.filter((pod) => !isOver(pod))
}

/** Those that are not about to go. */
export function staying(pods: readonly LabPod[]): LabPod[] {
  return pods.filter(({ metadata }) => metadata.deletionTimestamp === undefined)
}

/** Creates a pod from a template. A refusal (a namespace that ends, a webhook that does not answer) is tried again later. */
export function createPod(
  world: LabWorld,
  { kind, owner, ...more }: { kind: LabKind; owner: LabWorkload } & PodIdentity,
  retry: () => void,
): void {
  const { template } = owner.spec
  const { namespace } = owner.metadata
  const { name, labels, spec } = more
  const body = {
    metadata: {
      ...(name === undefined ? { generateName: `${owner.metadata.name}-` } : { name }),
      labels: { ...template.metadata?.labels, ...labels },
      ...(template.metadata?.annotations === undefined ? {} : { annotations: template.metadata.annotations }),
      ownerReferences: [ownerOf(kind, owner)],
    },
    spec: { ...template.spec, ...spec },
  }
  made(world, () => createObject(world, { kind: labKinds.pods, namespace, body }), retry)
}

interface PodIdentity {
  name?: string
  labels?: Record<string, string>
  spec?: Partial<LabPodSpec>
}

const retryMs = 1000

/** Does what a controller wants; what the API refuses is wanted again a little later. */
export function made({ timers }: LabWorld, create: () => unknown, retry: () => void): void {
  try {
    create()
  } catch (error) {
    if (!(error instanceof LabStatusError)) throw error
    if (error.code !== 404) timers.after(retryMs, retry)
  }
}

export function deletePod(world: LabWorld, { metadata }: LabPod): void {
  const { name, namespace, uid } = metadata
  deleteObject(world, { kind: labKinds.pods, namespace, name }, { uid })
}

/** Writes the counts that every kind has into the status. */
export function writeCounts(
  world: LabWorld,
  kind: LabKind,
  { owner, status }: { owner: LabWorkload; status: Record<string, unknown> },
): void {
  update(world, kind, {
    object: owner,
    change: (found) => ({
      ...found,
      status: { ...found.status, observedGeneration: found.metadata.generation, ...status },
    }),
  })
}

export function readyCount(pods: readonly LabPod[]): number {
  return staying(pods).filter(isReady).length
}
