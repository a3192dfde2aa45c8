import type { Text } from '../model/text.ts'
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

/** A variable that says yes: set, and neither empty nor `0` nor `false`. */
export function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== '' && value !== '0' && value !== 'false'
}

/** The one gate: true when a person can be asked. */
export function canPrompt(facts: TerminalFacts, nonInteractive: boolean): boolean {
  return promptObstacle(facts, nonInteractive) === undefined
}

/** Why nobody can be asked; undefined when a person can be. */
export function promptObstacle(facts: TerminalFacts, nonInteractive: boolean): Text | undefined {
  const { stdinIsTty, stderrIsTty, columns, env } = facts
  const noTerminal = { en: 'This is no terminal to ask in', zh: '当前不是可交互的终端' }
  if (!stdinIsTty || !stderrIsTty) return noTerminal
  if (nonInteractive) {
    return {
      en: 'Asking is switched off (--non-interactive or OSFERRY_NON_INTERACTIVE)',
      zh: '已关闭询问（--non-interactive 或 OSFERRY_NON_INTERACTIVE）',
    }
  }
  if (isSet(env['CI'])) {
    return {
      en: `CI=${env['CI'] ?? ''} is set, which means that nobody can be asked`,
      zh: `已设置 CI=${env['CI'] ?? ''}，表示无人可应答`,
    }
  }
  if (env['TERM'] === 'dumb') {
    return { en: 'TERM=dumb is a terminal without screens', zh: 'TERM=dumb 的终端无法显示界面' }
  }
  return columns > 0 ? undefined : noTerminal
}

/** True when one line may be redrawn in place on stderr. */
export function canRedraw(facts: TerminalFacts): boolean {
  return (
    facts.stderrIsTty &&
    facts.columns > 0 &&
    facts.env['TERM'] !== 'dumb' &&
    !facts.env['ACCESSIBLE'] &&
    !isSet(facts.env['CI'])
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
