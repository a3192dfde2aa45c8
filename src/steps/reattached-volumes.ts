import { z } from 'zod'
import type { Cluster } from '../model/cluster-port.ts'
import type { PlannedNode } from '../model/plan.ts'
import type { StepMemory } from '../model/step.ts'
import { keptDiffers, notTold } from './kept-failures.ts'

/** A claim whose data is in the network, and the volume that it is bound to. */
const Bound = z.object({
  /** `namespace/name`. */
  claim: z.string(),
  uid: z.string(),
  volume: z.string(),
  volumeUid: z.string(),
})
type Bound = z.infer<typeof Bound>

const Recorded = z.object({ volumes: z.array(Bound) })

const Claim = z.object({
  metadata: z.object({ uid: z.string().min(1) }),
  spec: z.object({ volumeName: z.string().min(1).optional() }),
  status: z.object({ phase: z.string().optional() }).optional(),
})
const Volume = z.object({
  metadata: z.object({ uid: z.string().min(1) }),
  status: z.object({ phase: z.string().optional() }).optional(),
})

const kind = 'local-volume:'

/** Claims of a node that are decided `reattach`, `namespace/name`. */
export function claimsToReattach({ data }: Pick<PlannedNode, 'data'>): string[] {
  return data.flatMap(({ id, action }) =>
    action === 'reattach' && id.startsWith(kind) ? [id.slice(kind.length)] : [],
  )
}

/** To which volumes these claims are bound before the system is replaced. Throws DATA_KEPT_NOT_TOLD: the node goes back. */
export async function recordVolumes(
  cluster: Cluster,
  claims: readonly string[],
  signal: AbortSignal,
): Promise<StepMemory> {
  const volumes: Bound[] = []
  for (const claim of claims) {
    const found = await boundOf(cluster, claim, signal)
    if (typeof found === 'string') throw notTold(reattached(claim), found)
    volumes.push(found)
  }
  return { volumes }
}

/**
 * The same claims are bound to the same volumes still, before a pod comes to the node. Throws DATA_KEPT_DIFFERS, and
 * DATA_KEPT_NOT_TOLD when nobody has looked before. That a volume can be attached is seen by `workloads.verify` only.
 */
export async function proveVolumes(
  cluster: Cluster,
  { claims, memory, next }: { claims: readonly string[]; memory: StepMemory | undefined; next: string },
  signal: AbortSignal,
): Promise<StepMemory> {
  const before = new Map(
    (Recorded.safeParse(memory).data?.volumes ?? []).map((volume) => [volume.claim, volume]),
  )
  const wrong: string[] = []
  for (const claim of claims) {
    const was = before.get(claim)
    if (was === undefined)
      throw notTold(reattached(claim), 'the journal does not tell to which volume it was bound before')
    const now = await boundOf(cluster, claim, signal)
    if (typeof now === 'string') wrong.push(`${claim}: ${now}`)
    else if (now.uid !== was.uid) wrong.push(`${claim}: it was made anew`)
    else if (now.volumeUid !== was.volumeUid)
      wrong.push(`${claim}: it was bound to ${was.volume} and is bound to another volume, ${now.volume}`)
  }
  if (wrong.length === 0) return { reattach: claims.length }
  throw keptDiffers('volumes that were to be attached again are not as they were', { wrong, next })
}

/** What a claim is bound to, or why it is not. */
async function boundOf(cluster: Cluster, claim: string, signal: AbortSignal): Promise<Bound | string> {
  const [namespace = '', name = ''] = claim.split('/')
  const core = { group: '', version: 'v1' }
  const object = await cluster.get({ ...core, resource: 'persistentvolumeclaims', namespace, name }, signal)
  if (object === undefined) return 'there is no such claim'
  const { metadata, spec, status } = Claim.parse(object)
  const { volumeName } = spec
  if (volumeName === undefined || status?.phase !== 'Bound')
    return `the claim is ${status?.phase ?? 'not bound'}`
  const volume = await cluster.get({ ...core, resource: 'persistentvolumes', name: volumeName }, signal)
  if (volume === undefined) return `its volume ${volumeName} is gone`
  const found = Volume.parse(volume)
  if (found.status?.phase !== 'Bound')
    return `its volume ${volumeName} is ${found.status?.phase ?? 'not bound'}`
  return { claim, uid: metadata.uid, volume: volumeName, volumeUid: found.metadata.uid }
}

function reattached(claim: string): string {
  return `${claim} can be attached again`
}
