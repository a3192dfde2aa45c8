import type { TarLimits } from './tar-reader.ts'

/** How much a tree may hold and how long moving it may take. */
export interface TreeLimits extends TarLimits {
  timeoutMs: number
  /** How long the host may move nothing. */
  idleTimeoutMs: number
}

const tebibyte = 1024 ** 4

/** What holds when nothing else is asked for. A directory of a million files is sorted before its first byte comes. */
export const treeLimits: TreeLimits = {
  maxEntries: 50_000_000,
  maxBytes: 16 * tebibyte,
  timeoutMs: 24 * 60 * 60 * 1000,
  idleTimeoutMs: 5 * 60 * 1000,
}
