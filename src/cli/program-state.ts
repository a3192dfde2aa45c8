import { ownerState, ownIdentity } from '../journal/owner.ts'
import { sessionState } from '../journal/process-stat.ts'
import type { ProcessIdentity } from '../model/process-identity.ts'

/** A program that has ended may have left others at work; a session's number is not given away while one of them is there. */
export function programState(
  process: ProcessIdentity,
  me: ProcessIdentity = ownIdentity(),
): 'there' | 'gone' | 'unseen' {
  const state = ownerState(process, me)
  if (state === 'gone') return sessionState(process.pid)
  if (state === 'elsewhere') return 'unseen'
  return state === 'working' || state === 'stopped' ? 'there' : 'gone'
}
