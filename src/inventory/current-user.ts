import { userInfo } from 'node:os'

/** The name of who runs this process; undefined where it has none, as in a container with a user id of chance. */
export function currentUser(): string | undefined {
  try {
    return userInfo().username
  } catch {
    return process.env['USER']
  }
}
