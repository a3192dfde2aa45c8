import type { Environment } from './lang.ts'

/** What decides whether we may ask, draw and colour: gathered once, at the start. */
export interface TerminalFacts {
  stdinIsTty: boolean
  stdoutIsTty: boolean
  stderrIsTty: boolean
  /** Columns of stderr or stdout; 0 or less is what a broken pseudo-terminal says. */
  columns: number
  env: Environment
}

/** Continuous integration, as the usual services say it; `CI=false` and `CI=0` are no. */
function isContinuousIntegration(env: Environment): boolean {
  const value = env['CI']
  return value !== undefined && value !== '' && value !== 'false' && value !== '0'
}

/** The one gate: true when a person can be asked. */
export function canPrompt(facts: TerminalFacts, nonInteractive: boolean): boolean {
  return (
    facts.stdinIsTty &&
    facts.stderrIsTty &&
    facts.columns > 0 &&
    facts.env['TERM'] !== 'dumb' &&
    !isContinuousIntegration(facts.env) &&
    !nonInteractive
  )
}

/** True when one line may be redrawn in place on stderr. */
export function canRedraw(facts: TerminalFacts): boolean {
  return (
    facts.stderrIsTty &&
    facts.columns > 0 &&
    facts.env['TERM'] !== 'dumb' &&
    !facts.env['ACCESSIBLE'] &&
    !isContinuousIntegration(facts.env)
  )
}

/** `always` beats NO_COLOR, which beats FORCE_COLOR, which beats what the stream is. Empty variables count as unset. */
export function canColour(choice: string, isTty: boolean, env: Environment): boolean {
  if (choice === 'always') return true
  if (choice === 'never') return false
  if (env['NO_COLOR']) return false
  const force = env['FORCE_COLOR']
  if (force) return force !== '0' && force !== 'false'
  return isTty && env['TERM'] !== 'dumb'
}
