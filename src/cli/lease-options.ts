import type { LeaseOptions } from '../steps/run-lease.ts'
import type { CommandContext } from './context.ts'
import type { RunHolder } from './run-holder.ts'

/** How this process takes a lease, and says that it waits for it. */
export function leaseOptions(
  { say, stderr }: CommandContext,
  { name, gone = new Set() }: Pick<RunHolder, 'name'> & Partial<RunHolder>,
): LeaseOptions {
  return {
    holder: name,
    gone,
    onSilent(silent): void {
      const text = {
        en: `the lease of ${silent} has ended; looking for a minute whether it is still at work`,
        zh: `${silent} 的租约已过期；将观察一分钟以确认其是否仍在运行`,
      }
      stderr.write(`${say(text)}\n`)
    },
  }
}
