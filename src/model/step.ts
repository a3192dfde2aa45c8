import type { z } from 'zod'
import type { PlannedNode } from './plan.ts'
import type { StepName } from './step-names.ts'
import type { Text } from './text.ts'

/** What a step leaves in the journal for later: JSON, small (at most 64 KiB), without secrets. */
export type StepMemory = Readonly<Record<string, unknown>>

/** In characters of its JSON. */
export const largestMemory = 65_536

/** What a step does besides its own parameters: for whom, in which run, with what. */
export interface StepContext<Parameters, Ports> {
  /** As planned; `uid` is that of the object as which the run has seen the node come back, once it has. */
  readonly node: PlannedNode
  /** Parsed by the schema of the step. */
  readonly parameters: Parameters
  /** `holder` is `user@host`, for marks that people read. */
  readonly run: { readonly id: string; readonly holder: string }
  /** The same for every attempt of this step on this node in this run, also after a kill: what it has begun is known by it. */
  readonly token: string
  /** 1 for the first; an attempt after a kill counts. */
  readonly attempt: number
  /** By the journal: what this step does from here on may have begun. */
  readonly isPastPointOfNoReturn: boolean
  /**
   * The state found: what the first `observe` has seen before the first `act`, from the journal. Undefined until then, and
   * always when it has told nothing.
   */
  readonly found: StepMemory | undefined
  /** What the last earlier step of this name has verified on this node, from the journal; undefined when none is done. */
  readonly remembered: (uses: StepName) => StepMemory | undefined
  /**
   * Token of the step by which this run has last replaced the system of the host, or put an older one back, from the journal;
   * undefined = the system is the one that the run has found.
   */
  readonly replacedBy?: string | undefined
  /**
   * What `host.provision` found before this run last gave the host its new system, from the journal: also in another round of a node
   * that was brought back since. Undefined when it never did, or when nothing was found.
   */
  readonly foundBefore?: StepMemory | undefined
  /**
   * On the way back past the point of no return only. `seen` = what `beforeRollback` has told, from the journal; `hadPods` = pods
   * may have been on the node since its system was replaced.
   */
  readonly back?: { readonly seen: unknown; readonly hadPods: boolean } | undefined
  /** Ends everything that the step does; it must settle soon after. */
  readonly signal: AbortSignal
  /**
   * When `signal` will end it because its time is over, on the clock that never jumps: a step that waits ends a little before,
   * with what it waited for. Undefined outside of a run.
   */
  readonly deadlineMs?: number | undefined
  /** Says what it waits for, and since when (ISO 8601; by default since this was first said). */
  readonly onWait: (waitsFor: Text, since?: string) => void
  /** What the composition gives to steps. */
  readonly ports: Ports
}

/** What a look has told. `found` is kept in the journal when nothing was begun before. */
export type Observation = 'done' | 'todo' | { readonly state: 'todo'; readonly found: StepMemory }

/**
 * One step of a playbook, level-triggered: whatever was done already, by an attempt that was killed or by a person, is seen
 * and left. Every function may be called again after a kill at any point of it.
 *
 * What they throw decides what happens next: StepError names the class of failure itself, MigrationErrors are classed by
 * their code (`failureOf`), everything else is `unknown`. "Could not tell" is thrown, never answered.
 */
export interface Step<Schema extends z.ZodType, Ports> {
  readonly uses: StepName
  /** Parameters; the plan is refused before anything happens when it has others. */
  readonly with: Schema
  /** Only looks. A step that is done before it was begun is not undone: it is not ours. */
  observe(context: StepContext<z.output<Schema>, Ports>): Promise<Observation>
  /** Does what is missing; `started` is in the journal by then. */
  act(context: StepContext<z.output<Schema>, Ports>): Promise<void>
  /** Only looks; throws when it is not as it should be. What it returns is what later steps remember. */
  verify(context: StepContext<z.output<Schema>, Ports>): Promise<StepMemory>
  /** Gives back what `act` has done or half done; may find nothing to give back. Left out = there is nothing to undo. */
  undo?(context: StepContext<z.output<Schema>, Ports>): Promise<void>
  /**
   * Of a step that may be the point of no return: puts back what it has replaced, or half replaced, by the rollback means of
   * the node, and has looked that it is back. Asked again with the same token after a kill, and does nothing twice for one.
   */
  rollback?(context: StepContext<z.output<Schema>, Ports>): Promise<void>
  /** Only looks, before the system is put back: of a step of the way back that must tell the old system from the new one. */
  beforeRollback?(context: StepContext<z.output<Schema>, Ports>): Promise<StepMemory>
  /** Why `rollback` cannot do it, for people; undefined = it can. Nothing of it was begun, and nothing is looked at. */
  whyNoRollback?(context: {
    node: PlannedNode
    parameters: z.output<Schema>
    ports: Ports
  }): string | undefined
}

/** A step whatever its parameters: what the engine runs. */
export type AnyStep<Ports> = Step<z.ZodType, Ports>

/** Declares a step; both types are named: `defineStep<typeof CordonParameters, CordonPorts>({ ... })`. */
export function defineStep<Schema extends z.ZodType, Ports>(step: Step<Schema, Ports>): Step<Schema, Ports> {
  return step
}
