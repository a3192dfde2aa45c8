import { z } from 'zod'
import { parseApiObject } from '../model/api-object.ts'
import type { ApiObject, Cluster, WriteAnswer } from '../model/cluster-port.ts'
import type { SavedPod } from '../model/node-record.ts'
import type { Clock } from '../model/ports.ts'
import type { Wait } from './wake.ts'

/** How it went with one saved pod. */
export interface PodOutcome {
  namespace: string
  name: string
  /** Of the pod that went. */
  uid: string
  result:
    | 'created'
    /** By an earlier try of ours. */
    | 'there'
    /** It never went. */
    | 'never-gone'
    /** Somebody else's pod has the name: it is left alone. */
    | 'name-taken'
    | 'namespace-gone'
    /** The old one is not gone yet. */
    | 'still-ending'
    | 'refused'
  /** What the server said. */
  message: string
}

/** True when nothing is left to do for the pod. */
export function isSettled({ result }: Pick<PodOutcome, 'result'>): boolean {
  return result !== 'still-ending' && result !== 'refused'
}

/** On a pod that osferry has created again: the uid of the one that went. */
const savedFromAnnotation = 'osferry.io/saved-from'

interface RecreatePorts {
  cluster: Cluster
  clock: Clock
  wait: Wait
}

interface RecreateOptions {
  signal: AbortSignal
  /** Only look; `server` asks the server for every creation, too. */
  dryRun?: 'client' | 'server' | undefined
  /** How long to wait for one that is still ending, beyond its grace. */
  waitMs: number
  /** Pods that may have been told to go, nobody knows: until then, on the clock, one that is there says nothing. */
  open?: { uids: ReadonlySet<string>; untilMs: number }
}

const lookAgainMs = 500

/** Creates pods again whose manifests were saved, each once however often this is called. */
export async function recreatePods(
  ports: RecreatePorts,
  pods: readonly SavedPod[],
  options: RecreateOptions,
): Promise<PodOutcome[]> {
  const outcomes: PodOutcome[] = []
  for (const pod of pods) {
    const { namespace, name, uid } = pod
    outcomes.push({ namespace, name, uid, ...(await recreate(ports, pod, options)) })
  }
  return outcomes
}

type Result = Pick<PodOutcome, 'result' | 'message'>

async function recreate(
  { cluster, clock, wait }: RecreatePorts,
  pod: SavedPod,
  { signal, dryRun, waitMs, open }: RecreateOptions,
): Promise<Result> {
  const { namespace, name } = pod
  const place = { group: '', version: 'v1', resource: 'pods', namespace }
  const openUntilMs = open?.uids.has(pod.uid) === true ? open.untilMs : 0
  const untilMs = Math.max(clock.monotonicMs(), openUntilMs) + pod.graceSeconds * 1000 + waitMs
  for (let look = 1; ; look += 1) {
    const found = await cluster.get({ ...place, name }, signal)
    const there = found === undefined ? undefined : resultOf(found, pod)
    // An eviction that was cut off may still be on its way.
    const isOpen = look === 1 || clock.monotonicMs() < openUntilMs
    const isFinal = there?.result !== 'still-ending' && (there?.result !== 'never-gone' || !isOpen)
    if (there !== undefined && (isFinal || dryRun !== undefined)) return there
    if (dryRun === 'client') return { result: 'created', message: '' }
    const isLate = clock.monotonicMs() >= untilMs
    if (there === undefined) {
      const answer = await cluster.create(place, manifestFor(pod), {
        signal,
        dryRun: dryRun === 'server',
      })
      // The name was taken in between: look by whom.
      if (answer.outcome !== 'conflict') return createdResult(answer)
      if (isLate) return { result: 'refused', message: answer.message }
    } else if (isLate) return there
    await wait(lookAgainMs, signal)
  }
}

const Found = z.object({
  metadata: z.object({
    uid: z.string(),
    deletionTimestamp: z.string().nullish(),
    finalizers: z.array(z.string()).nullish(),
    annotations: z.record(z.string(), z.string()).nullish(),
  }),
})

function resultOf(object: ApiObject, { uid }: SavedPod): Result {
  const { metadata } = parseApiObject(Found, object, 'Pod')
  if (metadata.annotations?.[savedFromAnnotation] === uid) return { result: 'there', message: '' }
  if (metadata.uid !== uid) return { result: 'name-taken', message: metadata.uid }
  if (metadata.deletionTimestamp === null || metadata.deletionTimestamp === undefined)
    return { result: 'never-gone', message: '' }
  return { result: 'still-ending', message: (metadata.finalizers ?? []).join(', ') }
}

function createdResult(answer: WriteAnswer): Result {
  switch (answer.outcome) {
    case 'done':
      return { result: 'created', message: '' }
    case 'gone':
      return { result: 'namespace-gone', message: '' }
    case 'conflict':
    case 'replaced':
    case 'budget':
    case 'misconfigured':
    case 'namespace-terminating':
    case 'refused':
      return { result: 'refused', message: answer.message }
    default:
      return answer satisfies never
  }
}

function manifestFor({ manifest, uid }: SavedPod): ApiObject {
  const metadata = manifest['metadata'] as ApiObject
  const annotations = metadata['annotations'] as Record<string, string> | undefined
  return {
    ...manifest,
    metadata: { ...metadata, annotations: { ...annotations, [savedFromAnnotation]: uid } },
  }
}
