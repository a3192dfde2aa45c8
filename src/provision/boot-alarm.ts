/** What a person has to look at. */
export interface BootAlarm {
  event: 'alarm'
  at: string
  /**
   * Somebody else may have the configuration; another machine asks; whoever listens has the address; it cannot be handed out. Of
   * scripts: one with an address was asked for without encryption; so often that somebody else may ask; nodes that cannot be told apart.
   */
  kind:
    | 'second-fetch'
    | 'another-machine'
    | 'not-encrypted'
    | 'not-served'
    | 'script-not-encrypted'
    | 'scripts-too-many'
    | 'two-nodes'
  node: string
  from: string
  /** Of `not-served` and `two-nodes`. */
  why: string | null
}
