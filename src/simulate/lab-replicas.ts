import { labKinds } from './lab-kinds.ts'
import { controllerOf } from './lab-object.ts'
import { isReady } from './lab-pod.ts'
import type { LabListener } from './lab-store.ts'
import {
  createPod,
  deletePod,
  made,
  ownerOf,
  podsOf,
  readyCount,
  staying,
  writeCounts,
  type LabWorkload,
} from './lab-workloads.ts'
import type { LabWorld } from './lab-world.ts'
import { createObject, update } from './lab-writes.ts'

/** Deployments, ReplicaSets and Jobs: as many pods as they want. Jobs in the lab never end. */
export function replicaController(world: LabWorld): LabListener {
  const { store, timers } = world
  const at = (namespace: string | undefined, name: string): [string, string] => [name, namespace ?? '']
  const soon = {
    deployment: (namespace: string | undefined, name: string): void =>
      timers.soon(`deployment/${namespace}/${name}`, () => {
        const found = store.get(labKinds.deployments, ...at(namespace, name))
        if (found !== undefined) reconcileDeployment(world, found as LabWorkload)
      }),
    set: (namespace: string | undefined, name: string): void =>
      timers.soon(`replicaset/${namespace}/${name}`, () => {
        const found = store.get(labKinds.replicaSets, ...at(namespace, name))
        if (found !== undefined) reconcileSet(world, found as LabWorkload, () => soon.set(namespace, name))
      }),
    job: (namespace: string | undefined, name: string): void =>
      timers.soon(`job/${namespace}/${name}`, () => {
        const found = store.get(labKinds.jobs, ...at(namespace, name))
        if (found !== undefined) reconcileJob(world, found as LabWorkload, () => soon.job(namespace, name))
      }),
  }
  return ({ kind, object, after }) => {
    const { namespace, name } = object.metadata
    const owner = controllerOf(object)
    if (kind === labKinds.deployments && after !== undefined) soon.deployment(namespace, name)
    if (kind === labKinds.replicaSets) {
      if (after !== undefined) soon.set(namespace, name)
      if (owner?.kind === 'Deployment') soon.deployment(namespace, owner.name)
    }
    if (kind === labKinds.jobs && after !== undefined) soon.job(namespace, name)
    if (kind === labKinds.pods && owner?.kind === 'ReplicaSet') soon.set(namespace, owner.name)
    if (kind === labKinds.pods && owner?.kind === 'Job') soon.job(namespace, owner.name)
  }
}

function reconcileDeployment(world: LabWorld, deployment: LabWorkload): void {
  if (deployment.metadata.deletionTimestamp !== undefined) return
  const { store } = world
  const { template, replicas = 1, selector } = deployment.spec
  const { name, namespace = '', uid } = deployment.metadata
  const hash = templateHash(template)
  const setName = `${name}-${hash}`
  const sets = [...store.ownedBy(uid)].flatMap(({ kind, object }) =>
    kind === labKinds.replicaSets ? [object as LabWorkload] : [],
  )
  const current = sets.find(({ metadata }) => metadata.name === setName)
  if (current === undefined) {
    const labels = { ...template.metadata?.labels, 'pod-template-hash': hash }
    const body = {
      metadata: {
        name: setName,
        labels,
        annotations: { 'deployment.kubernetes.io/revision': String(sets.length + 1) },
        ownerReferences: [ownerOf(labKinds.deployments, deployment)],
      },
      spec: {
        replicas,
        selector: { ...selector, matchLabels: { ...selector?.matchLabels, 'pod-template-hash': hash } },
        template: { ...template, metadata: { ...template.metadata, labels } },
      },
    }
    made(
      world,
      () => createObject(world, { kind: labKinds.replicaSets, namespace, body }),
      () => undefined,
    )
    return
  }
  scale(world, current, replicas)
  const status = (set: LabWorkload): number => Number(set.status?.['readyReplicas'] ?? 0)
  // The old pods go once the new ones are there.
  if (status(current) >= replicas) for (const old of sets) if (old !== current) scale(world, old, 0)
  const total = sets.reduce((sum, set) => sum + Number(set.status?.['replicas'] ?? 0), 0)
  const ready = sets.reduce((sum, set) => sum + status(set), 0)
  const counts = {
    replicas: total,
    updatedReplicas: Number(current.status?.['replicas'] ?? 0),
    readyReplicas: ready,
    availableReplicas: ready,
    unavailableReplicas: Math.max(0, total - ready),
  }
  writeCounts(world, labKinds.deployments, { owner: deployment, status: counts })
}

function scale(world: LabWorld, set: LabWorkload, replicas: number): void {
  if (set.spec.replicas === replicas) return
  update(world, labKinds.replicaSets, {
    object: set,
    change: (found) => ({
      ...found,
      metadata: { ...found.metadata, generation: (found.metadata.generation ?? 1) + 1 },
      spec: { ...found.spec, replicas },
    }),
  })
}

function reconcileSet(world: LabWorld, set: LabWorkload, retry: () => void): void {
  if (set.metadata.deletionTimestamp !== undefined) return
  const kind = labKinds.replicaSets
  const pods = staying(podsOf(world, set))
  const { replicas = 1 } = set.spec
  for (let count = pods.length; count < replicas; count += 1) createPod(world, { kind, owner: set }, retry)
  if (pods.length > replicas) {
    // Those that do nothing yet go first.
    const order = pods.toSorted((a, b) => Number(isReady(a)) - Number(isReady(b)))
    for (const pod of order.slice(0, pods.length - replicas)) deletePod(world, pod)
  }
  const now = staying(podsOf(world, set))
  const ready = readyCount(now)
  const status = {
    replicas: now.length,
    fullyLabeledReplicas: now.length,
    readyReplicas: ready,
    availableReplicas: ready,
  }
  writeCounts(world, kind, { owner: set, status })
}

function reconcileJob(world: LabWorld, job: LabWorkload, retry: () => void): void {
  if (job.metadata.deletionTimestamp !== undefined) return
  const labels = { 'controller-uid': job.metadata.uid, 'job-name': job.metadata.name }
  const pods = staying(podsOf(world, job))
  for (let count = pods.length; count < (job.spec.parallelism ?? 1); count += 1)
    createPod(world, { kind: labKinds.jobs, owner: job, labels }, retry)
  const now = staying(podsOf(world, job))
  writeCounts(world, labKinds.jobs, { owner: job, status: { active: now.length, ready: readyCount(now) } })
}

/** The same template has the same name of its ReplicaSet. */
function templateHash(template: object): string {
  let hash = 0x811c9dc5
  for (const letter of JSON.stringify(template)) {
    hash = Math.imul(hash ^ (letter.codePointAt(0) ?? 0), 0x01000193) >>> 0
  }
  return hash.toString(36).padStart(7, '0')
}
