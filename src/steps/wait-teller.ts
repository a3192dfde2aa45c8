import type { Clock } from '../model/ports.ts'
import type { Text } from '../model/text.ts'

/** What a step waits for: `key` stays the same as long as it is the same cause. */
export interface Waiting {
  key: string
  text: Text
}

/** Every telling is a record on disk: so often at most, unless it is about something else. */
const tellEveryMs = 10_000
const longest = 1000

/**
 * Tells what is waited for, each cause with the time since when, and not each change of a number. What it returns is when it
 * wants to be asked again, on the clock that never jumps.
 */
export function createWaitTeller(
  clock: Clock,
  onWait: (text: Text, since?: string) => void,
): (waiting: Waiting | undefined) => number | undefined {
  let told: (Waiting & { since: string; atMs: number }) | undefined
  return (waiting) => {
    if (waiting === undefined) return undefined
    const nowMs = clock.monotonicMs()
    const isSameCause = told?.key === waiting.key
    if (told !== undefined && isSameCause) {
      if (told.text.en === waiting.text.en) return undefined
      if (nowMs < told.atMs + tellEveryMs) return told.atMs + tellEveryMs
    }
    const since = told !== undefined && isSameCause ? told.since : clock.now()
    told = { ...waiting, since, atMs: nowMs }
    const { en, zh } = waiting.text
    onWait({ en: cut(en), zh: cut(zh) }, since)
    return undefined
  }
}

function cut(text: string): string {
  return text.length <= longest ? text : `${text.slice(0, longest)}...`
}
