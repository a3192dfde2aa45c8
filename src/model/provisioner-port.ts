import type { RollbackMeans } from './plan.ts'
import type { Target } from './target.ts'
import type { Text } from './text.ts'

/** One host that gets another system. */
export interface ProvisionRequest {
  node: string
  host: string
  target: Target
  run: string
  /** The same for every attempt in a run, also after a kill. */
  token: string
  /**
   * The Ignition configuration that the run has made for it: a file of this machine, and the sha256 of its bytes. `complete` = false:
   * a placeholder stands where a bootstrap token belongs, for the provider to fill in.
   */
  ignition?: { path: string; sha256: string; complete: boolean } | undefined
}

/** One host that gets its old system back. */
export interface RollbackRequest extends ProvisionRequest {
  means: Exclude<RollbackMeans, 'none'>
}

export interface ProvisionOptions {
  signal: AbortSignal
  timeoutMs: number
  /** Told what is waited for before anything is begun. */
  onWait?: (waitsFor: Text) => void
}

/**
 * A way to replace the system of a host. Whoever implements it is asked again after a kill with the same token, and does
 * nothing twice for one. Throws StepErrors; when the signal aborts nothing of it goes on in this process, and outside of it
 * only what changes a machine, unless its time is over or the node goes back (NodeGoesBack).
 */
export interface Provisioner {
  /** For people: `command /usr/local/bin/reinstall`. */
  readonly name: string
  /** Only looks. `todo` when it cannot be known without acting: the token tells then. */
  observe(request: ProvisionRequest, options: ProvisionOptions): Promise<'done' | 'todo'>
  act(request: ProvisionRequest, options: ProvisionOptions): Promise<void>
  /** Only looks; throws when it is not done. */
  verify(request: ProvisionRequest, options: ProvisionOptions): Promise<void>
  /** Gives back what is given back before the point of no return: a boot entry, a reservation. */
  undo(request: ProvisionRequest, options: ProvisionOptions): Promise<void>
  /** Puts the old system back, after the point of no return, and has looked that it is. Left out = it cannot. */
  rollback?(request: RollbackRequest, options: ProvisionOptions): Promise<void>
  /** Where it is left out: why, as the end of a sentence. */
  readonly whyNoRollback?: string
}
