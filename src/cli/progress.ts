import type { Text } from '../model/text.ts'
import { visibleLine } from '../model/visible-text.ts'
import type { FleetEvent } from './collect-fleet.ts'
import type { CommandContext } from './context.ts'
import { jsonText } from './output.ts'
import { collectedHost } from './collect-result.ts'
import { collectTexts } from './messages-collect.ts'

/** Shows how far a fleet is; never a row a host. */
export interface Progress {
  onEvent(event: FleetEvent): void
  /** Says at once that no further host is started; the end is then no success. */
  stop(): void
  finish(): Promise<void>
}

/** One redrawn line in a terminal, one line a finished host elsewhere, an event stream with `-o ndjson`. */
export async function startProgress(context: CommandContext, total: number): Promise<Progress> {
  if (context.format === 'ndjson') return eventProgress(context, total)
  if (context.verbosity === 'quiet') {
    return { onEvent: () => undefined, stop: () => sayStopping(context), finish: () => Promise.resolve() }
  }
  if (context.redrawColumns === undefined) return lineProgress(context, total)
  const { terminalProgress } = await import('./progress-terminal.ts')
  return terminalProgress(createTally(context, total))
}

function sayStopping({ stderr, say }: CommandContext): void {
  stderr.write(`\n${say(collectTexts.stopping)}\n`)
}

/** Counts for the one line that is redrawn. */
export interface Tally {
  title: string
  onEvent(event: FleetEvent): void
  /** From now on the line says that it was stopped, and the output what happens next. */
  stop(): void
  line(): string
  output(): string
}

function createTally(context: CommandContext, total: number): Tally {
  const counts = { complete: 0, partial: 0, failed: 0 }
  const running = new Set<string>()
  let lastFailure = ''
  let stopped = false
  const startedMs = context.clock.monotonicMs()
  const word = (text: Text, count: number): string => `${count} ${context.say(text)}`
  return {
    title: context.say(collectTexts.title),
    onEvent(event): void {
      if (event.event === 'started') return void running.add(event.host)
      running.delete(event.host)
      counts[event.summary.status] += 1
      const { failure } = event.summary
      if (failure !== undefined) lastFailure = `✖ ${event.host} ${failure.code} ${failure.message}`
    },
    stop(): void {
      stopped = true
    },
    line(): string {
      const title = context.say(stopped ? collectTexts.stoppedTitle : collectTexts.title)
      const finished = counts.complete + counts.partial + counts.failed
      const width = 20
      const filled = total === 0 ? width : Math.floor((finished / total) * width)
      const seconds = Math.round((context.clock.monotonicMs() - startedMs) / 1000)
      const parts = [
        word(collectTexts.complete, counts.complete),
        word(collectTexts.partial, counts.partial),
        word(collectTexts.failed, counts.failed),
        word(collectTexts.queued, Math.max(0, total - finished - running.size)),
      ]
      return `${title} ${'█'.repeat(filled)}${'░'.repeat(width - filled)} ${finished}/${total} ${seconds} s · ${parts.join(' · ')}`
    },
    output(): string {
      if (stopped) return context.say(collectTexts.stoppingBriefly)
      return visibleLine(lastFailure === '' ? [...running].slice(0, 4).join(' ') : lastFailure)
    },
  }
}

function lineProgress(context: CommandContext, total: number): Progress {
  let finished = 0
  const say = (line: string): void =>
    context.stderr.write(`${context.clock.now().slice(11, 19)} collect ${line}\n`)
  let lastMs = context.clock.monotonicMs()
  const heartbeat = setInterval(() => {
    if (context.clock.monotonicMs() - lastMs >= 60_000) say(`waiting ${finished}/${total}`)
  }, 60_000)
  heartbeat.unref()
  say(`started hosts=${total}`)
  return {
    onEvent(event): void {
      if (event.event === 'started') return
      finished += 1
      lastMs = context.clock.monotonicMs()
      const { status, durationMs, code, message, facts, gaps, degraded } = collectedHost(event)
      const why =
        code === null
          ? `facts=${facts} gaps=${gaps} degraded=${degraded}`
          : `code=${code} reason=${JSON.stringify(message)}`
      say(`${visibleLine(event.host)} ${status} ${finished}/${total} ms=${durationMs} ${visibleLine(why)}`)
    },
    stop: () => sayStopping(context),
    finish(): Promise<void> {
      clearInterval(heartbeat)
      return Promise.resolve()
    },
  }
}

function eventProgress(context: CommandContext, total: number): Progress {
  const write = (record: unknown): void => context.stdout.write(`${jsonText(record)}\n`)
  write({ event: 'start', at: context.clock.now(), hosts: total })
  return {
    onEvent(event): void {
      const at = context.clock.now()
      if (event.event === 'started') write({ event: 'started', at, host: event.host })
      else write({ event: 'host', at, ...collectedHost(event) })
    },
    stop: () => sayStopping(context),
    finish: () => Promise.resolve(),
  }
}
