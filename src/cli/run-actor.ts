import { hostname } from 'node:os'
import { currentUser } from '../inventory/current-user.ts'

/** Who runs this process where: `user@host`. */
export function runActor(): string {
  return `${currentUser() ?? `uid-${process.getuid?.()}`}@${hostname()}`
}
