/** When what happens to the pods of one node, on the clock of the caller. */
export interface NodeDeadlines {
  /** Pods are gone by then, as far as their grace can see to it. */
  podsMs: number
  /** What is left then is cut to a grace of one second. */
  cutAtMs: number
  /** What is left then is forced, where that may be. */
  forceAtMs: number
  /** The node is given back. */
  endMs: number
}

/** At most so much of the time is kept for what comes after the pods: detaching, the last look. */
const mostReserveMs = 10_000
const reserveShare = 0.1

/** Divides the time that a node has. */
export function nodeDeadlines(beginMs: number, timeoutMs: number): NodeDeadlines {
  const reserveMs = Math.min(mostReserveMs, timeoutMs * reserveShare)
  const endMs = beginMs + timeoutMs
  const podsMs = endMs - reserveMs
  return { podsMs, cutAtMs: podsMs, forceAtMs: podsMs + reserveMs / 2, endMs }
}

/**
 * When a pod must be told to end at the latest, so that all of its grace is over by the deadline.
 * Source: the terminationGracePeriod of karpenter.sh/docs/concepts/disruption.
 */
export function deleteAtMs(podsMs: number, graceSeconds: number): number {
  return podsMs - graceSeconds * 1000
}

/** Whole seconds of grace that are left before the deadline: at least 1, and never more than the pod has anyway. */
export function graceLeftSeconds(podsMs: number, graceSeconds: number, nowMs: number): number {
  return Math.min(graceSeconds, Math.max(1, Math.floor((podsMs - nowMs) / 1000)))
}
