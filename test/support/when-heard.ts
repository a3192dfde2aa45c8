import type { ChildProcess } from 'node:child_process'

/** For `started` of a run: acts once, as soon as its standard error holds the words. */
export function whenHeard(words: string, act: (child: ChildProcess) => void): (child: ChildProcess) => void {
  return (child) => {
    let heard = ''
    let hasActed = false
    child.stderr?.on('data', (chunk: Buffer) => {
      heard += chunk.toString()
      if (hasActed || !heard.includes(words)) return
      hasActed = true
      act(child)
    })
  }
}
