import type { Writable } from 'node:stream'
import type { Secret } from './secrets.ts'
import { watchSudo, type SudoDialogue } from './sudo.ts'

/** What a program needs to become root's: nothing, or a dialogue and perhaps a password. */
export interface SudoContext {
  host: string
  dialogue: SudoDialogue | null
  password: Secret | null
}

/** Listens to stderr, answers sudo's prompt, and gives the program's own words back. */
export interface SudoTalk {
  /** The program's own part of what stderr said. */
  hear(chunk: Uint8Array): Uint8Array
  /** True once the program runs; at once when there is no sudo. */
  isReady(): boolean
  /** What sudo said before that. */
  said(): string
}

/** `onReady` is called when the program may have its stdin: at once, unless sudo may still ask on it. */
export function talkToSudo(
  { dialogue, password }: SudoContext,
  stdin: Writable,
  onReady: () => void,
): SudoTalk {
  const watcher = dialogue === null ? null : watchSudo(dialogue)
  let passwordSent = false
  if (dialogue?.waits !== true) onReady()
  return {
    isReady: () => watcher?.isReady() ?? true,
    said: () => watcher?.said() ?? '',
    hear(chunk) {
      if (watcher === null) return chunk
      const heard = watcher.feed(chunk)
      if (heard.ready && dialogue?.waits === true) onReady()
      if (heard.prompts > 0 && !heard.ready) {
        // A second prompt means that the first answer was wrong: end stdin instead of guessing again.
        if (passwordSent || password === null) stdin.end()
        else stdin.write(`${password.reveal()}\n`)
        passwordSent = true
      }
      return heard.rest
    },
  }
}
