import { z } from 'zod'
import { parseApiObject } from '../model/api-object.ts'
import type { ApiObject } from '../model/cluster-port.ts'
import { podName, type DrainPod } from '../model/drain-pod.ts'

/** A pod that is not ready: where it is, and what the cluster says of it. */
export interface PodTrouble {
  pod: string
  /** Empty when it has none yet. */
  node: string
  /** `CrashLoopBackOff`, `Unschedulable`, `Terminating`, or the phase. */
  reason: string
  /** ISO 8601. */
  since: string | undefined
}

const Reason = z.object({ reason: z.string().nullish() }).nullish()
const Container = z.object({ state: z.object({ waiting: Reason, terminated: Reason }).nullish() })
const Statuses = z.object({
  metadata: z.object({ creationTimestamp: z.string().nullish() }),
  status: z
    .object({
      reason: z.string().nullish(),
      conditions: z
        .array(z.object({ type: z.string(), status: z.string(), reason: z.string().nullish() }))
        .nullish(),
      initContainerStatuses: z.array(Container).nullish(),
      containerStatuses: z.array(Container).nullish(),
    })
    .nullish(),
})

/** Says why a pod is not ready, as far as its status tells. */
export function parsePodTrouble(object: ApiObject, pod: DrainPod): PodTrouble {
  const { metadata, status } = parseApiObject(Statuses, object, 'Pod')
  const states = [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])]
  const waiting = states.map(({ state }) => state?.waiting?.reason).find(isWord)
  const unscheduled = status?.conditions?.find(
    ({ type, status }) => type === 'PodScheduled' && status === 'False',
  )?.reason
  const isEnding = pod.deletionTimestamp !== undefined
  const reason =
    (isEnding ? 'Terminating' : undefined) ?? waiting ?? unscheduled ?? status?.reason ?? pod.phase
  const since = pod.readyChangedAt ?? metadata.creationTimestamp ?? undefined
  return { pod: podName(pod), node: pod.node, reason, since }
}

/** What a container says before it had any trouble is none. */
function isWord(reason: string | null | undefined): reason is string {
  return typeof reason === 'string' && reason !== '' && reason !== 'ContainerCreating'
}
