import type { WavePlan, WaveRequest } from './wave-request.ts'

/**
 * Puts hosts into waves that no budget, no quorum and no lack of room stops, as far as the snapshot tells. The same request
 * gives the same waves, in whatever order its lists are. Throws USAGE when `maxUnavailable` is neither a count nor a share.
 */
export function planWaves(request: WaveRequest): WavePlan {
  throw new Error(`not yet written: ${request.hosts.length} hosts`)
}
