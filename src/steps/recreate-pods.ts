import { z } from 'zod'
import { parseApiObject } from '../model/api-object.ts'
import type { ApiObject, Cluster, WriteAnswer } from '../model/cluster-port.ts'
import type { SavedPod } from '../model/node-record.ts'
import { fewNames } from '../model/few-names.ts'
import type { Clock } from '../model/ports.ts'
import { StepError } from '../model/step-error.ts'
import type { Text } from '../model/text.ts'
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

/** Throws when pods that went are not there again, and why. */
export function refusePodsMissing(outcomes: readonly PodOutcome[]): void {
  const missing = outcomes.filter((outcome) => !isSettled(outcome))
  if (missing.length === 0) return
  const why = missing.map(
    ({ namespace, name, result, message }) => `${namespace}/${name} (${result} ${message})`,
  )
  throw new StepError('config', `pods that nobody else creates are not there again: ${fewNames(why)}`, {
    code: 'PODS_NOT_CREATED',
  })
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
  /** Called once for each that is waited for. */
  onWait?: ((wait: PodWait) => void) | undefined
  open?: OpenPods
}

/** Pods that may have been told to go, nobody knows: until then, on the clock, one that is there says nothing. */
export interface OpenPods {
  uids: ReadonlySet<string>
  untilMs: number
}

const lookAgainMs = 500

/**
 * Creates pods again whose manifests were saved, each once however often this is called. All are waited for together: it
 * takes as long as the one that ends last.
 */
export async function recreatePods(
  ports: RecreatePorts,
  pods: readonly SavedPod[],
  options: RecreateOptions,
): Promise<PodOutcome[]> {
  const { clock, wait } = ports
  const startedMs = clock.monotonicMs()
  const results = new Map<string, Result>()
  for (let look = 1; ; look += 1) {
    for (const pod of pods.filter(({ uid }) => !results.has(uid))) {
      const nowMs = clock.monotonicMs()
      const openUntilMs = options.open?.uids.has(pod.uid) === true ? options.open.untilMs : startedMs
      const leftMs = Math.max(startedMs, openUntilMs) + pod.graceSeconds * 1000 + options.waitMs - nowMs
      const isOpen = look === 1 || nowMs < openUntilMs
      const result = await lookOnce(ports, pod, { ...options, isOpen, isLate: leftMs <= 0 })
      if (result !== undefined) results.set(pod.uid, result)
      else if (look === 2)
        options.onWait?.({ pod: `${pod.namespace}/${pod.name}`, until: later(clock, leftMs) })
    }
    if (pods.every(({ uid }) => results.has(uid))) break
    await wait(lookAgainMs, options.signal)
  }
  return pods.flatMap(({ namespace, name, uid }) => {
    const result = results.get(uid)
    return result === undefined ? [] : [{ namespace, name, uid, ...result }]
  })
}

/** A pod that is still ending, and when it is waited for no longer (ISO 8601). */
export interface PodWait {
  pod: string
  until: string
}

/** What recreating waits for. */
export function podWaitText({ pod, until }: PodWait): Text {
  return {
    en: `for the end of ${pod}, at most until ${until}`,
    zh: `等待 ${pod} 结束，至多到 ${until}`,
  }
}

function later(clock: Clock, ms: number): string {
  return new Date(Date.parse(clock.now()) + ms).toISOString()
}

type Result = Pick<PodOutcome, 'result' | 'message'>

/** Undefined: another look is needed. */
async function lookOnce(
  { cluster }: RecreatePorts,
  pod: SavedPod,
  { signal, dryRun, isOpen, isLate }: RecreateOptions & { isOpen: boolean; isLate: boolean },
): Promise<Result | undefined> {
  const { namespace, name } = pod
  const place = { group: '', version: 'v1', resource: 'pods', namespace }
  const found = await cluster.get({ ...place, name }, signal)
  const there = found === undefined ? undefined : resultOf(found, pod)
  // An eviction that was cut off may still be on its way.
  const isFinal = there?.result !== 'still-ending' && (there?.result !== 'never-gone' || !isOpen)
  if (there !== undefined) return isFinal || isLate || dryRun !== undefined ? there : undefined
  if (dryRun === 'client') return { result: 'created', message: '' }
  const answer = await cluster.create(place, manifestFor(pod), { signal, dryRun: dryRun === 'server' })
  // The name was taken in between: look by whom.
  if (answer.outcome !== 'conflict') return createdResult(answer)
  return isLate ? { result: 'refused', message: answer.message } : undefined
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
