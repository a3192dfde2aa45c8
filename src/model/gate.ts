/** Where the question whether to go on is asked: before each node, the first of a wave among them. */
export interface GatePlace {
  wave: number
  node: string
  isFirstOfWave: boolean
}

/** The question, with what the run says of its nodes just then. */
export interface GateQuestion extends GatePlace {
  /** Nodes that have ended and should work as before: done, or back as they were found. */
  ended: readonly string[]
  /** Nodes that are away, or may be: what runs on them waits for them. */
  away: readonly string[]
}

/** What a gate says. Unknown is not open. */
export interface GateAnswer {
  gate: string
  outcome: 'open' | 'closed' | 'unknown'
  message: string
}

/** One thing that must be so before a node starts. Whatever it cannot tell it answers with `unknown`, and throws only when the signal aborts. */
export interface Gate {
  ask(question: GateQuestion, signal: AbortSignal): Promise<GateAnswer>
}
