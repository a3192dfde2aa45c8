import type { WriteFence } from '../model/cluster-port.ts'
import { isMigrationError, MigrationError } from '../model/errors.ts'
import { answerError } from './answer-errors.ts'
import { classifyAnswer, type AnswerKind, type Classified } from './classify-answer.ts'
import type { ApiClient, SentRequest } from './client.ts'
import { mayHaveReached, type HttpAnswer } from './http.ts'
import { patienceMs, pauseAfter, type TryKind } from './pauses.ts'
import type { WriteBucket, WriteClock } from './write-bucket.ts'

/** What the requests of one connection share. */
export interface ClusterIo {
  client: ApiClient
  bucket: WriteBucket
  clock: WriteClock
  /** Between 0 and 1. */
  random(): number
  /** When the server was last not there, or not itself. */
  troubleAtMs: number
  /** Whether it has ever answered: one that never did is rather a wrong address than away for a moment. */
  hasAnswered: boolean
}

export interface Persistence {
  /** Taken from the bucket; reads are not. */
  writes: boolean
  /** Of a write: asked before every single try. */
  fence?: WriteFence | undefined
  /** Answers that are final here although they are repeated elsewhere. */
  final?: readonly AnswerKind[]
  /** Default ten minutes; 0 = the first answer is the last. */
  patienceMs?: number
  /** Asked before a try is repeated that may have had effect; throws when it must not be. */
  afterUnknown?: () => Promise<undefined>
}

/** As Persistence, for a request whose effect can be found out: what is found then is the result, undefined repeats. */
export interface Looking<Found> extends Omit<Persistence, 'afterUnknown'> {
  afterUnknown: () => Promise<Found | undefined>
}

/** The final answer; `unsure` when an earlier try may have had effect. */
export interface Answered {
  found?: undefined
  answer: Classified
  unsure: boolean
}

/** A server that has just come back may not know its users and roles yet: what it refuses then is asked again. */
const settlingMs = 30_000
/** For a server that has never answered: nothing waits for it yet. */
const firstPatienceMs = 5000

interface Try {
  kind: TryKind
  retryAfterMs: number | undefined
  mayHaveHappened: boolean
  answer?: { raw: HttpAnswer; classified: Classified }
  error?: MigrationError
}

/**
 * Sends a request until there is an answer that is worth something. Throws CLUSTER_UNREACHABLE, _TIMEOUT or _OVERLOADED when
 * the patience is over, _LOGIN_FAILED, _FORBIDDEN and _ANSWER_INVALID at once.
 */
export async function persist(
  io: ClusterIo,
  request: SentRequest,
  persistence: Persistence,
): Promise<Answered>
export async function persist<Found>(
  io: ClusterIo,
  request: SentRequest,
  persistence: Looking<Found>,
): Promise<Answered | { found: Found }>
export async function persist<Found>(
  io: ClusterIo,
  request: SentRequest,
  persistence: Persistence | Looking<Found>,
): Promise<Answered | { found: Found }> {
  const { signal } = request
  const { writes, fence, final = [], afterUnknown } = persistence
  const sameKind = { kind: undefined as TryKind | undefined, tries: 0 }
  let firstFailureMs: number | undefined
  let unsure = false
  for (;;) {
    const heldMs = writes ? await takeTurn(io, signal, fence) : 0
    if (firstFailureMs !== undefined) firstFailureMs += heldMs
    const tried = await tryOnce(io, request)
    const now = io.clock.nowMs()
    firstFailureMs ??= now
    sameKind.tries = sameKind.kind === tried.kind ? sameKind.tries + 1 : 1
    sameKind.kind = tried.kind
    if (tried.kind === 'throttled') io.bucket.slowDown(tried.retryAfterMs ?? 0)
    const isFinal = final.some((kind) => kind === tried.kind)
    const isStranger = tried.kind === 'away' && !io.hasAnswered
    const patience = Math.min(persistence.patienceMs ?? patienceMs, isStranger ? firstPatienceMs : patienceMs)
    const pauseMs = isFinal
      ? undefined
      : pauseAfter(
          { ...tried, tries: sameKind.tries, elapsedMs: now - firstFailureMs, random: io.random() },
          patience,
        )
    if (pauseMs === undefined) {
      const isPatient = patience === patienceMs
      return { answer: answerOrThrow(io, request, { ...tried, isPatient }), unsure }
    }
    unsure ||= tried.mayHaveHappened
    await io.clock.sleep(pauseMs, signal)
    const found = unsure && afterUnknown !== undefined ? await afterUnknown() : undefined
    if (found !== undefined) return { found }
  }
}

/**
 * Waits until a write may be sent, and tells the milliseconds that a closed fence has held it. Who waits there has taken no
 * token, and it may close while the bucket is waited for: it is asked twice.
 */
async function takeTurn(
  { bucket, clock }: ClusterIo,
  signal: AbortSignal,
  fence: WriteFence = () => Promise.resolve(),
): Promise<number> {
  const askedMs = clock.nowMs()
  await fence(signal)
  const firstMs = clock.nowMs() - askedMs
  await bucket.take(signal)
  const askedAgainMs = clock.nowMs()
  await fence(signal)
  return firstMs + clock.nowMs() - askedAgainMs
}

async function tryOnce(io: ClusterIo, request: SentRequest): Promise<Try> {
  try {
    const raw = await io.client.send(request)
    io.hasAnswered = true
    const classified = classifyAnswer(raw)
    const isRefusal = classified.kind === 'forbidden' || classified.kind === 'login-refused'
    const kind = isRefusal && isSettling(io) ? 'hiccup' : classified.kind
    if (classified.kind === 'hiccup') io.troubleAtMs = io.clock.nowMs()
    // A race is looked at again as well; every other answer is given before anything is done.
    const mayHaveHappened = classified.kind === 'hiccup' || kind === 'conflict'
    return { kind, mayHaveHappened, retryAfterMs: classified.retryAfterMs, answer: { raw, classified } }
  } catch (error) {
    if (!isMigrationError(error, 'CLUSTER_UNREACHABLE', 'CLUSTER_TIMEOUT')) throw error
    io.troubleAtMs = io.clock.nowMs()
    return { kind: 'away', mayHaveHappened: mayHaveReached(error), retryAfterMs: undefined, error }
  }
}

/** True while the server has just come back. */
export function isSettling(io: ClusterIo): boolean {
  return io.clock.nowMs() - io.troubleAtMs < settlingMs
}

const thrown: readonly AnswerKind[] = [
  'login-refused',
  'forbidden',
  'throttled',
  'hiccup',
  'no-such-api',
  'invalid',
]

function answerOrThrow(
  io: ClusterIo,
  request: SentRequest,
  { answer, error, isPatient }: Try & { isPatient: boolean },
): Classified {
  if (error !== undefined) throw isPatient ? outOfPatience(error) : error
  if (answer === undefined) throw new Error('a try without an answer has an error')
  const { raw, classified } = answer
  if (thrown.includes(classified.kind)) throw answerError(io.client.login, { ...request, answer: raw })
  return classified
}

/** The error of a server that has not come back. */
export function outOfPatience(error: MigrationError): MigrationError {
  return new MigrationError(error.code, `${error.message} (for ${patienceMs / 60_000} minutes)`, {
    ...(error.hint === undefined ? {} : { hint: error.hint }),
    details: error.details,
    cause: error,
  })
}
