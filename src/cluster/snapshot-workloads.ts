import type { ClusterWorkload } from '../model/cluster-workloads.ts'
import { readObject } from './kind.ts'
import { listKind } from './list-kind.ts'
import { createOwners } from './owners.ts'
import type { Owners } from './owners.ts'
import { controllerOf } from './raw.ts'
import { closeList } from './snapshot-run.ts'
import type { SnapshotRun } from './snapshot-run.ts'
import type { SnapshotTally } from './snapshot-tally.ts'
import { isMadeByDeployment, RawWorkload, workloadOf, workloadResources } from './workloads.ts'
import type { WorkloadResource } from './workloads.ts'

/** Workloads wait for the pods: these tell the digests of their images. */
export interface ReadWorkloads {
  /** Who stands above a ReplicaSet or a Job. */
  owners: Owners
  workloads: readonly ClusterWorkload[]
}

/** Reads all kinds of workloads, or some, before the pods that they own. */
export async function readWorkloads(
  run: SnapshotRun,
  resources: readonly WorkloadResource[] = workloadResources,
): Promise<ReadWorkloads> {
  const owners = createOwners()
  const workloads: ClusterWorkload[] = []
  for (const resource of resources) {
    const found = await readWorkloadKind(run, resource, owners)
    for (const workload of found) workloads.push(workload)
    run.onKind?.(resource.resource, found.length)
  }
  return { owners, workloads }
}

async function readWorkloadKind(
  run: SnapshotRun,
  resource: WorkloadResource,
  owners: Owners,
): Promise<ClusterWorkload[]> {
  const { kind } = resource
  let found: ClusterWorkload[] = []
  const gap = await listKind(
    run.reader,
    { list: 'workloads', kind: resource, signal: run.signal },
    {
      begin(): void {
        found = []
      },
      item(item, apiVersion): string | undefined {
        const reading = readObject(RawWorkload, item, (raw) => {
          const { uid } = raw.metadata
          const isBetween = kind === 'ReplicaSet' || kind === 'Job'
          if (uid && isBetween) owners.add(uid, controllerOf(raw.metadata))
          return isMadeByDeployment(kind, raw) ? [] : [workloadOf(raw, { kind, apiVersion })]
        })
        if ('problem' in reading) return reading.problem
        found.push(...reading.values)
        return undefined
      },
    },
  )
  closeList(run, 'workloads', gap)
  return found
}

/** Writes the workloads with the digests that their pods run. */
export async function writeWorkloads(
  run: SnapshotRun,
  workloads: readonly ClusterWorkload[],
  { digests }: SnapshotTally,
): Promise<void> {
  for (const workload of workloads) {
    const images = new Map(workload.images.map(({ image }) => [image, new Set<string>()]))
    for (const [image, found] of digests.get(workload.uid) ?? []) images.set(image, found)
    await run.sink.add('workloads', {
      ...workload,
      images: [...images].map(([image, found]) => ({ image, digests: [...found].sort() })),
    })
  }
  if (run.counts.has('workloads')) run.counts.set('workloads', workloads.length)
}
