import type { CommandContext } from './context.ts'

/** The day that it is in UTC, `YYYY-MM-DD`. */
export function todayOf({ clock }: Pick<CommandContext, 'clock'>): string {
  return clock.now().slice(0, 10)
}
