import { describe, expect, it } from 'vitest'
import { canColour, canPrompt, canRedraw, promptObstacle } from '../../src/cli/terminal.ts'
import type { TerminalFacts } from '../../src/cli/terminal.ts'

const terminal: TerminalFacts = {
  stdinIsTty: true,
  stdoutIsTty: true,
  stderrIsTty: true,
  columns: 80,
  env: {},
}

describe('canPrompt', () => {
  it('asks in a terminal', () => {
    expect(canPrompt(terminal, false)).toBe(true)
  })

  it.each<[string, Partial<TerminalFacts>]>([
    ['stdin is no terminal', { stdinIsTty: false }],
    ['stderr is no terminal', { stderrIsTty: false }],
    ['the terminal has no columns', { columns: 0 }],
    ['CI is set', { env: { CI: '1' } }],
    ['the terminal is dumb', { env: { TERM: 'dumb' } }],
  ])('does not ask when %s', (_, facts) => {
    expect(canPrompt({ ...terminal, ...facts }, false)).toBe(false)
  })

  it('does not ask with --non-interactive', () => {
    expect(canPrompt(terminal, true)).toBe(false)
  })

  it('takes CI=false for no', () => {
    expect(canPrompt({ ...terminal, env: { CI: 'false' } }, false)).toBe(true)
  })
})

describe('promptObstacle', () => {
  it.each<[string, Partial<TerminalFacts>, boolean, string]>([
    ['CI', { env: { CI: 'true' } }, false, 'CI=true is set'],
    ['the flag', {}, true, '--non-interactive'],
    ['a dumb terminal', { env: { TERM: 'dumb' } }, false, 'TERM=dumb'],
    ['no terminal at all', { stdinIsTty: false, env: { CI: '1' } }, false, 'no terminal'],
  ])('names %s', (...[, facts, nonInteractive, reason]) => {
    expect(promptObstacle({ ...terminal, ...facts }, nonInteractive)?.en).toContain(reason)
  })
})

describe('canRedraw', () => {
  it.each<[string, Partial<TerminalFacts>]>([
    ['in CI', { env: { CI: 'true' } }],
    ['with 0 columns', { columns: 0 }],
    ['in accessible mode', { env: { ACCESSIBLE: '1' } }],
    ['in a pipe', { stderrIsTty: false }],
  ])('prints lines %s', (_, facts) => {
    expect(canRedraw({ ...terminal, ...facts })).toBe(false)
  })
})

describe('canColour', () => {
  it.each<[string, boolean, Record<string, string>, boolean]>([
    ['auto', true, {}, true],
    ['auto', false, {}, false],
    ['auto', true, { NO_COLOR: '1' }, false],
    ['auto', true, { NO_COLOR: '' }, true],
    ['auto', false, { FORCE_COLOR: '1' }, true],
    ['auto', true, { FORCE_COLOR: '0' }, false],
    ['auto', true, { NO_COLOR: '1', FORCE_COLOR: '1' }, false],
    ['always', false, { NO_COLOR: '1' }, true],
    ['never', true, { FORCE_COLOR: '1' }, false],
    ['auto', true, { TERM: 'dumb' }, false],
  ])('--color %s, terminal %s, %o: %s', (...[choice, isTty, env, colours]) => {
    expect(canColour(choice, isTty, env)).toBe(colours)
  })
})
