import { spawn } from 'node:child_process'
import { once } from 'node:events'

/**
 * Runs `work` while holding an exclusive lock on `file`; a second process waits. The kernel holds it for flock(1), which
 * ends with our end of its pipe: a killed process leaves nothing behind that anybody has to judge stale.
 */
export async function withLock<T>(file: string, work: () => Promise<T>): Promise<T> {
  const holder = spawn('flock', ['--exclusive', file, 'sh', '-c', 'echo held; cat'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const ended = once(holder, 'exit')
  const first = await Promise.race([once(holder.stdout, 'data'), ended])
  if (!String(first[0]).startsWith('held')) throw new Error(`flock could not lock ${file}`)
  try {
    return await work()
  } finally {
    holder.stdin.end()
    await ended
  }
}
