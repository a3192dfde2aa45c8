import type { OpenPods } from './recreate-pods.ts'
import { cutOffMs } from './sends.ts'

/**
 * What nobody knows of after one more drain of the node has ended: its own evictions, and those of an earlier end that may still
 * arrive. All of them get the longer time.
 */
export function openAfter(earlier: OpenPods | undefined, uids: ReadonlySet<string>, nowMs: number): OpenPods {
  const isPast = earlier === undefined || earlier.untilMs <= nowMs
  return { uids: isPast ? uids : new Set([...earlier.uids, ...uids]), untilMs: nowMs + cutOffMs }
}
