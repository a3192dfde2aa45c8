import { hostname, userInfo } from 'node:os'

/** Who runs this process where: `user@host`. */
export function runActor(): string {
  return `${userInfo().username}@${hostname()}`
}
