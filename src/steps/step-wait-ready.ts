import { z } from 'zod'
import type { ApiObject } from '../model/cluster-port.ts'
import { cordonAnnotation } from '../model/cordon-annotation.ts'
import { durationTextMs } from '../model/duration-text.ts'
import { isMigrationError } from '../model/errors.ts'
import { fewNames } from '../model/few-names.ts'
import { parseRecordedNode, type NodeRecord, type RecordedNode } from '../model/node-record.ts'
import { parseDrainNode } from '../model/drain-node.ts'
import { WaitReadyParameters } from '../model/parameters-replace.ts'
import { defineStep, type Step, type StepContext } from '../model/step.ts'
import { StepError } from '../model/step-error.ts'
import type { Text } from '../model/text.ts'
import { approveRequests } from './approve-requests.ts'
import { cordonNode, isOurs, stateFound } from './cluster-cordon.ts'
import { nodeRef } from './core-objects.ts'
import { daemonsMissing } from './daemon-sets.ts'
import { expectedDaemons } from './expected-daemons.ts'
import type { JoinTokenPort } from './join-token.ts'
import { nodeHealth } from './node-condition.ts'
import type { NodeHeartbeats } from './node-heartbeat.ts'
import { hasFallenBack } from './old-system.ts'
import { refuseOtherCluster } from './restore-node.ts'
import { waitTexts } from './restore-texts.ts'
import { ownEndMs, recordOf, type ClusterStepPorts } from './step-ports.ts'
import { SnapshotMemory } from './step-snapshot.ts'
import { createWaitTeller, type Waiting } from './wait-teller.ts'

/** What the step that waits for a node is given. */
export interface WaitReadyStepPorts extends ClusterStepPorts, JoinTokenPort {
  /** One for all nodes of the run. */
  heartbeats: NodeHeartbeats
}

type Context = StepContext<z.output<typeof WaitReadyParameters>, WaitReadyStepPorts>

const lookAgainMs = 3000

/** Waits until the machine has come back as the node that it was: booted anew, Ready, heard of, with its DaemonSets. */
export const waitReadyStep: Step<typeof WaitReadyParameters, WaitReadyStepPorts> = defineStep<
  typeof WaitReadyParameters,
  WaitReadyStepPorts
>({
  uses: 'node.wait-ready',
  with: WaitReadyParameters,

  /** One look cannot tell that a kubelet lives, or for how long all has been well. */
  async observe() {
    return await Promise.resolve('todo')
  },

  async beforeRollback({ node, ports, remembered, signal }) {
    const object = await ports.cluster.get(nodeRef(node.name), signal).catch((error: unknown) => {
      // The API server may be on this very node, and come back with its old system only.
      if (node.role === 'control-plane' && isMigrationError(error, 'CLUSTER_UNREACHABLE')) return undefined
      throw error
    })
    if (object === undefined) return { bootId: null }
    const now = parseRecordedNode(object)
    return { bootId: now.bootId, fellBack: hasFallenBack(node, now, remembered('cluster.snapshot')) }
  },

  async act(context) {
    const { node, ports, parameters, signal, onWait } = context
    const { clock, wait } = ports
    const deadlineMs = ownEndMs(context, 'node.wait-ready', clock)
    const stableMs = durationTextMs(parameters.stableFor) ?? 0
    const record = await recordOf(ports.records, node.name)
    refuseOtherCluster(ports, record)
    const tell = createWaitTeller(clock, onWait)
    let stable: Stable | undefined
    for (;;) {
      const seen = await look(context, record)
      const nowMs = clock.monotonicMs()
      stable = stableSince(stable, seen, nowMs)
      const stableInMs =
        stable?.isHeard === true ? Math.max(0, stable.sinceMs + stableMs - nowMs) : lookAgainMs
      // It has a certificate of its own: the token that it has joined with opens nothing more.
      if (stableInMs === 0) return await ports.endToken(node, signal)
      const waiting = seen.state === 'ready' ? stableText(parameters.stableFor) : seen
      tell(waiting)
      if (nowMs >= deadlineMs) throw notReady(node.name, waiting)
      await wait(Math.min(lookAgainMs, stableInMs, Math.max(1, deadlineMs - nowMs)), signal)
    }
  },

  async verify(context) {
    const seen = await look(context, await recordOf(context.ports.records, context.node.name))
    if (seen.state !== 'ready')
      throw new StepError('transient', `${context.node.name} was ready, and is not now: ${seen.text.en}`, {
        code: 'NODE_NOT_READY',
      })
    const { uid, bootId, machineId, osImage } = seen.now
    return { uid, bootId, machineId, osImage }
  },
})

type Seen =
  /** `unheard` = all that its node says is well, and its kubelet has not been heard of yet: which state of the node that is. */
  ({ state: 'waiting'; unheard?: string } & Waiting) | { state: 'ready'; key: string; now: RecordedNode }

/** Since when a node is as it is, by our own clock. */
export interface Stable {
  key: string
  sinceMs: number
  /** Its kubelet was heard of. */
  isHeard: boolean
}

/** A kubelet that lives renews its Lease within that; a quarter of the default, and as long for a look. */
const renewalMs = 15_000

/**
 * A renewal that comes soon after the first look says that the kubelet has lived since: the time until then counts. After a longer
 * silence nobody knows what was meanwhile.
 */
export function stableSince(before: Stable | undefined, seen: Seen, nowMs: number): Stable | undefined {
  const key = seen.state === 'ready' ? seen.key : seen.unheard
  const isHeard = seen.state === 'ready'
  // One that was heard of and is silent now may be gone.
  if (key === undefined || (before?.isHeard === true && !isHeard)) return undefined
  if (before?.key !== key) return { key, sinceMs: nowMs, isHeard }
  const isLate = isHeard && !before.isHeard && nowMs - before.sinceMs > renewalMs
  return { key, sinceMs: isLate ? nowMs : before.sinceMs, isHeard }
}

/** One look; where it was asked for, certificates are approved meanwhile. */
async function look(context: Context, record: NodeRecord): Promise<Seen> {
  const { node, ports, signal } = context
  const { cluster, heartbeats } = ports
  const object = await cluster.get(nodeRef(node.name), signal)
  const health = object === undefined ? undefined : nodeHealth(object)
  const isReady = health !== undefined && health.notReady === undefined
  const asked = await certificates(context, record, isReady)
  if (object === undefined || health === undefined)
    return waitsFor('node', withCertificates(node.name, asked))
  const now = parseRecordedNode(object)
  await cordonAnew(context, record, object)
  const other = oldBoot(context, record, now) ?? otherSystem(context, now)
  if (other !== undefined) return other
  if (!isReady) return waitsFor('ready', withCertificates(health.notReady ?? '', asked))
  // A node that says Ready may have been switched off a moment ago.
  const beat = await heartbeats.look(node.name, signal)
  // Between two looks it may have been away: the time of its last change tells.
  const { readyChangedAt = '' } = parseDrainNode(object)
  const key = [now.uid, now.bootId, readyChangedAt].join(' ')
  if (beat.state === 'silent')
    return { ...waitsFor('heartbeat', `${beat.lease}, ${beat.renewTime}`), unheard: key }
  if (beat.state === 'unknown') return waitsFor('heartbeat', beat.why)
  const missingBefore = snapshotIn(context)?.daemonsMissing ?? []
  const missing = expectedDaemons(await daemonsMissing(cluster, now, signal), { node, missingBefore })
  if (missing.length > 0) return waitsFor('daemon-sets', fewNames(missing.map(({ name }) => name)))
  return { state: 'ready', key, now }
}

/**
 * A node object that was created anew is not cordoned: pods would come to it before its data is back. One that bears the mark
 * of the run already was uncordoned by people, which is theirs to tell.
 */
async function cordonAnew(
  { node: { steps }, run, ports, signal }: Context,
  record: NodeRecord,
  object: ApiObject,
): Promise<void> {
  const known = parseDrainNode(object)
  const isAnother = known.uid !== record.node.uid && !isOurs(known.annotations[cordonAnnotation], run.id)
  if (!isAnother || !steps.some(({ uses }) => uses === 'cluster.cordon')) return
  const owner = { run: run.id, holder: run.holder, at: ports.clock.now() }
  await cordonNode(ports.cluster, stateFound(known), { owner, known, signal })
}

/** Undefined when the machine has booted since, or need not. */
function oldBoot(
  { node, parameters, remembered, replacedBy, back }: Context,
  record: NodeRecord,
  now: RecordedNode,
): Seen | undefined {
  if (!parameters.newBoot) return undefined
  // The host had its new system before this run looked: nobody has made it boot.
  const isFoundDone = remembered('host.provision') !== undefined && replacedBy === undefined
  if (back === undefined && isFoundDone) return undefined
  const memory = snapshotIn({ remembered })
  const first = memory?.bootId ?? record.node.bootId
  // The new system has booted since the move began, too: on the way back that says nothing.
  const gone = SeenBoot.safeParse(back?.seen).data
  if (gone?.fellBack === true && now.bootId === gone.bootId) return undefined
  const before = back === undefined ? first : (gone?.bootId ?? null)
  const isKnown = before !== null || (gone !== undefined && typeof memory?.osImage === 'string')
  if (!isKnown) {
    const message = `nobody knows the boot id that ${node.name} had before, so nobody can tell whether it has booted since`
    throw new StepError('config', `${message}; newBoot: false does not ask for that`, {
      code: 'BOOT_UNKNOWN',
    })
  }
  // A snapshot with memory brings the very boot back that the run had found; that the new system was another one was seen.
  const isTurnedBack =
    node.rollback.means === 'snapshot' && typeof gone?.bootId === 'string' && gone.bootId !== first
  if (now.bootId !== null && now.bootId !== before && (now.bootId !== first || isTurnedBack)) return undefined
  const text: Text = {
    en: `until the machine has booted: the node still says boot id ${now.bootId ?? '?'}; look at the console of the machine`,
    zh: `等待机器重新启动：节点的 boot id 仍为 ${now.bootId ?? '?'}；请查看机器控制台`,
  }
  return { state: 'waiting', key: 'boot', text }
}

/**
 * What was seen when the way back began; null = there was no such node, or it did not say. `fellBack` = the old system ran already,
 * and need not boot once more; earlier versions did not ask.
 */
const SeenBoot = z.object({ bootId: z.string().nullable(), fellBack: z.boolean().optional() })

function snapshotIn({
  remembered,
}: Pick<Context, 'remembered'>): z.output<typeof SnapshotMemory> | undefined {
  return SnapshotMemory.safeParse(remembered('cluster.snapshot')).data
}

/** On the way back: undefined when the node says that it is the system that it was before the move, as far as that was recorded. */
function otherSystem({ back, remembered }: Context, now: RecordedNode): Seen | undefined {
  const was = snapshotIn({ remembered })?.osImage ?? undefined
  if (back === undefined || was === undefined || now.osImage === was) return undefined
  const [en, zh] = [`: ${now.osImage ?? '?'}, not ${was}`, `：${now.osImage ?? '?'}，而非 ${was}`]
  const text: Text = { en: `until the old system is back${en}`, zh: `等待旧系统恢复${zh}` }
  return { state: 'waiting', key: 'old-system', text }
}

/** Requests of this node that were approved, or that somebody else has to approve. */
async function certificates(
  { ports, parameters, signal }: Context,
  record: NodeRecord,
  isReady: boolean,
): Promise<string[]> {
  const { approveCertificates } = parameters
  // Only a node that is not ready may be waiting for one, unless it was asked for.
  if (isReady && !approveCertificates) return []
  try {
    const judgement = { node: record.node, recordedAt: record.at, isReady }
    const how = { signal, dryRun: approveCertificates ? undefined : ('client' as const) }
    const outcomes = await approveRequests(ports, judgement, how)
    if (approveCertificates) return []
    return outcomes.filter(({ objection }) => objection === undefined).map(({ name }) => name)
  } catch (error) {
    if (approveCertificates || !isMigrationError(error, 'CLUSTER_FORBIDDEN')) throw error
    return []
  }
}

function withCertificates(detail: string, requests: readonly string[]): string {
  if (requests.length === 0) return detail
  return `${detail}; kubectl certificate approve ${requests.slice(0, 3).join(' ')}`
}

function waitsFor(what: keyof typeof waitTexts, detail: string): { state: 'waiting' } & Waiting {
  const { en, zh } = waitTexts[what]
  return { state: 'waiting', key: what, text: { en: `${en}: ${detail}`, zh: `${zh}：${detail}` } }
}

function stableText(stableFor: string): Waiting {
  return {
    key: 'stable',
    text: {
      en: `until it has stayed ready for ${stableFor} without a break`,
      zh: `等待其持续就绪 ${stableFor} 不中断`,
    },
  }
}

function notReady(name: string, { text }: Waiting): StepError {
  return new StepError('config', `${name} did not come back in time; it still waits: ${text.en}`, {
    code: 'NODE_NOT_READY',
  })
}
