export interface GraceInput {
  /** What the pod asks for. */
  ownSeconds: number
  /** What the person allows at most. */
  mostSeconds: number | undefined
}

/**
 * Seconds to ask for, undefined = the pod's own: never more than the pod's own, and at least 1, because 0 takes the object
 * away while the programs may still run.
 */
export function graceFor({ ownSeconds, mostSeconds }: GraceInput): number | undefined {
  if (mostSeconds === undefined || mostSeconds >= ownSeconds) return undefined
  return Math.max(1, Math.floor(mostSeconds))
}
