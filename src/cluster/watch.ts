import type { ObjectQuery, WatchNews } from '../model/cluster-port.ts'
import { isMigrationError, MigrationError } from '../model/errors.ts'
import { answerError } from './answer-errors.ts'
import { classifyAnswer } from './classify-answer.ts'
import { createKnownObjects, type KnownObjects } from './known-objects.ts'
import { createLineParser } from './line-parser.ts'
import { objectPages, selectors } from './pages.ts'
import { collectionPath } from './paths.ts'
import { pauseAfter } from './pauses.ts'
import { isSettling, outOfPatience, type ClusterIo } from './persist.ts'
import { watchEvent, type WatchEvent } from './watch-events.ts'

export interface WatchOptions {
  signal: AbortSignal
  /** Without a byte for so long a connection counts as dead. */
  idleMs: number
}

/** The server ends a watch by itself after so long, well before proxies do (300 s are common). */
const serverTimeoutSeconds = '240'
/** A stream that lived so long was one, whatever it said. */
const soundMs = 10_000
/** So that the watches of one outage do not all come back in the same moment. */
const spreadMs = 250

/**
 * Lists, then watches, until the signal ends it. After a cut, an end or silence it goes on from the last version it has
 * heard of; after 410, other errors of the stream and an outage that was told it lists anew. Throws CLUSTER_* like a read, but tells `away` first.
 */
export async function* watchObjects(
  io: ClusterIo,
  query: ObjectQuery,
  options: WatchOptions,
): AsyncGenerator<WatchNews, void> {
  const { signal } = options
  const known = createKnownObjects()
  const outage = createOutage(io)
  let version: string | undefined
  while (!signal.aborted) {
    const openedAt = io.clock.nowMs()
    try {
      if (version === undefined) {
        version = yield* listed(io, query, { signal, known })
        outage.isKnownAgain()
      }
      for await (const event of watchStream(io, query, { ...options, version })) {
        if (event.type === 'trouble') {
          version = undefined
          if (!event.expired) throw new MigrationError('CLUSTER_OVERLOADED', `watch: ${event.message}`)
          break
        }
        outage.isOver()
        version = event.resourceVersion
        if (event.type !== 'bookmark') yield* known[event.type](event.object)
      }
      if (io.clock.nowMs() - openedAt >= soundMs) outage.isOver()
    } catch (error) {
      if (signal.aborted) return
      if (io.clock.nowMs() - openedAt >= soundMs) outage.isOver()
      const { pauseMs, news } = outage.pauseAfterError(error)
      // Whoever was told of it waits to be told that everything is known again.
      if (news.length > 0) version = undefined
      yield* news
      await io.clock.sleep(pauseMs, signal).catch(() => undefined)
      continue
    }
    await io.clock.sleep(outage.pauseAfterEnd(), signal).catch(() => undefined)
  }
}

async function* listed(
  io: ClusterIo,
  query: ObjectQuery,
  { signal, known }: { signal: AbortSignal; known: KnownObjects },
): AsyncGenerator<WatchNews, string> {
  let version = ''
  known.beginList()
  for await (const page of objectPages(io, query, { signal, patienceMs: 0 })) {
    if (page.restarted) known.beginList()
    for (const object of page.items) yield* known.changed(object)
    version = page.resourceVersion
  }
  yield* known.endList()
  yield { type: 'synced' }
  return version
}

async function* watchStream(
  io: ClusterIo,
  query: ObjectQuery,
  { version, signal, idleMs }: WatchOptions & { version: string },
): AsyncGenerator<WatchEvent> {
  const request = {
    path: collectionPath(query),
    query: {
      ...selectors(query),
      watch: 'true',
      allowWatchBookmarks: 'true',
      timeoutSeconds: serverTimeoutSeconds,
      resourceVersion: version,
    },
    signal,
  }
  const stream = await io.client.stream(request)
  if (stream.status !== 200) {
    const answer = { status: stream.status, headers: stream.headers, text: await stream.text() }
    const { kind, message, retryAfterMs } = classifyAnswer(answer)
    if (kind === 'throttled') io.bucket.slowDown(retryAfterMs ?? 0)
    if (kind === 'expired') yield { type: 'trouble', expired: true, message }
    else throw answerError(io.client.login, { path: `${request.path}?watch`, answer })
    return
  }
  const lines = createLineParser()
  for await (const chunk of stream.chunks(idleMs))
    for (const line of lines.push(chunk)) yield watchEvent(line)
}

interface Outage {
  isOver(): void
  /** Everything was listed anew: what goes wrong from now on has not been told. It may still be the same outage. */
  isKnownAgain(): void
  /** The stream has ended well, or its version has expired. */
  pauseAfterEnd(): number
  /** Throws the error when it will not pass, or has not for the length of the patience. */
  pauseAfterError(error: unknown): { pauseMs: number; news: WatchNews[] }
}

function createOutage(io: ClusterIo): Outage {
  let tries = 0
  let sinceMs: number | undefined
  let told = false

  /** A stream that was sound is taken up again at once, one that is cut again and again is not. */
  function pause(retryAfterMs: number | undefined, opened: boolean): number | undefined {
    const now = io.clock.nowMs()
    sinceMs ??= now
    tries += 1
    if (opened && tries === 1) return spreadMs * io.random()
    return pauseAfter({ kind: 'away', tries, elapsedMs: now - sinceMs, retryAfterMs, random: io.random() })
  }

  return {
    isOver(): void {
      tries = 0
      sinceMs = undefined
      told = false
    },
    isKnownAgain(): void {
      told = false
    },
    pauseAfterEnd(): number {
      const pauseMs = pause(undefined, true)
      if (pauseMs !== undefined) return pauseMs
      throw outOfPatience(new MigrationError('CLUSTER_OVERLOADED', 'the server ends every watch at once'))
    },
    pauseAfterError(error): { pauseMs: number; news: WatchNews[] } {
      const away = isMigrationError(error, 'CLUSTER_UNREACHABLE', 'CLUSTER_TIMEOUT', 'CLUSTER_OVERLOADED')
      if (away) io.troubleAtMs = io.clock.nowMs()
      const refused = isMigrationError(error, 'CLUSTER_FORBIDDEN', 'CLUSTER_LOGIN_FAILED')
      if (!away && !(refused && isSettling(io))) throw error
      const wait = Number(error.details['retryAfterMs'] ?? 0)
      const pauseMs = pause(wait, error.details['sent'] !== 'no' && wait === 0)
      if (pauseMs === undefined) throw outOfPatience(error)
      // The first cut of a sound stream is no outage: it is one when the way back is barred.
      const tell = !told && (tries > 1 || pauseMs > spreadMs)
      told ||= tell
      return { pauseMs, news: tell ? [{ type: 'away', reason: error.message }] : [] }
    },
  }
}
