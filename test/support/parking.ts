import type { ParkRequest } from '../../src/artifacts/park-tree.ts'
import type { RestoreTreeRequest } from '../../src/artifacts/restore-tree.ts'

/** The archive that the tests park. */
export const archiveId = 'run-1/node-1/vol'

/** A clock that stands still. */
export const stillClock = { now: () => '2026-11-21T12:00:00.000Z' }

/** A request to park a directory. */
export function parking(path: string, more: Partial<ParkRequest> = {}): ParkRequest {
  return { id: archiveId, node: 'node-1', source: 'local-volume:/data', path, ...more }
}

/** A request to restore it. */
export function restoring(target: string, more: Partial<RestoreTreeRequest> = {}): RestoreTreeRequest {
  return { id: archiveId, target, ...more }
}
