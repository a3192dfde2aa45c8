import type { RunGates } from '../migrate/admission.ts'
import type { RunWorld } from './run-world.ts'

/** What must be so before a node starts. */
export function runGates(_world: RunWorld): RunGates {
  return { ask: () => Promise.resolve([]), pollMs: 10_000, mostMs: 3_600_000 }
}
