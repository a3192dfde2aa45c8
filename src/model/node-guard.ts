/** What must be held before anything is done with a node, and let go after it: so that nobody else is at work on it. */
export interface NodeGuard {
  /**
   * Throws CLUSTER_LOCKED with the holder's name while somebody else is at work on it, and PROGRAM_AT_WORK while a program is that
   * somebody else has left. May be called again after a kill.
   */
  enter(node: string, signal: AbortSignal): Promise<void>
  /** Soon, and without an error for want of a server: what was held ends by itself. */
  leave(node: string): Promise<void>
  /** Aborted, with an error, when somebody has taken what was held. */
  readonly lost: AbortSignal
}
