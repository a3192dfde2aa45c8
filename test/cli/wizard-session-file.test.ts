import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { CommandContext } from '../../src/cli/context.ts'
import { readSession, saveSession } from '../../src/cli/wizard-session-file.ts'
import { PlanOptions } from '../../src/model/plan-options.ts'
import type { WizardSession } from '../../src/wizard/session.ts'

const session: WizardSession = {
  schema: 'wizard-session/v1',
  savedAt: '2026-11-21T00:00:00.000Z',
  language: 'zh-CN',
  stage: 'waves',
  source: { kind: 'inventory', path: 'inventory.yaml' },
  targets: ['containeros'],
  skipped: ['node-9'],
  move: {
    choices: [
      { group: 'group=web', playbook: 'centos8-to-containeros' },
      { group: '', playbook: null },
    ],
    answers: [
      {
        ...PlanOptions.parse({
          schema: 'plan-options/v1',
          maxUnavailable: '10%',
          rollback: { means: 'none', acceptedBy: '李伟' },
          data: [{ kind: 'images', hosts: ['n1'], action: 'discard', reason: 'x: "y" # z' }],
        }),
        playbook: 'centos8-to-containeros',
      },
    ],
    at: 'centos8-to-containeros',
  },
}

/** Reads the session of a directory of its own, whose file was written by hand. */
async function read(
  text: string,
): Promise<{ session: WizardSession | undefined; warnings: string[]; kept: string }> {
  const state = await mkdtemp(join(tmpdir(), 'osferry-session-'))
  onTestFinished(() => rm(state, { recursive: true }))
  const warnings: string[] = []
  const context = {
    language: 'en',
    settings: { required: () => state },
    log: {
      warn: (message: string, fields?: object) => warnings.push(`${message} ${JSON.stringify(fields)}`),
    },
  } as unknown as CommandContext
  const path = join(state, 'wizard.yaml')
  if (text === '') await saveSession(context, session)
  else await writeFile(path, text)
  return { session: await readSession(context), warnings, kept: await readFile(path, 'utf8') }
}

const written = (move: string): string =>
  `schema: wizard-session/v1\nsavedAt: 2026-11-21T00:00:00.000Z\nlanguage: en\nstage: waves\ntargets: [containeros]\nskipped: []\n${move}\n`

describe('the saved session', () => {
  it('gives every answer back', async () => {
    expect((await read('')).session).toEqual(session)
  })

  it('of an earlier osferry, without a move, is still read', async () => {
    const { session: old } = await read(written('').replace('stage: waves', 'stage: report'))
    expect(old).toMatchObject({ stage: 'report', skipped: [] })
  })

  it.each([
    [
      'move: { choices: [], answers: [{ schema: plan-options/v1, playbook: x, maxUnavailable: -1 }] }',
      'maxUnavailable',
    ],
    ['move: { choices: [], answers: [{ schema: plan-options/v1 }] }', 'playbook'],
    ['move: { choices: [], answers: [], run: "rm -rf" }', 'run'],
    ['stages: [x]', 'stages'],
    ['move: { choices: [{ group: a, playbook: 7 }], answers: [] }', 'playbook'],
  ])('with %s is refused with file, line and field, and left alone', async (line, field) => {
    const text = written(line)
    const { session: none, warnings, kept } = await read(text)
    expect(none).toBeUndefined()
    expect(warnings.join('')).toMatch(/wizard\.yaml:7/)
    expect(warnings.join('')).toContain(field)
    expect(kept).toBe(text)
  })

  it('of a later osferry is refused', async () => {
    const { session: none, warnings } = await read(written('').replace('session/v1', 'session/v2'))
    expect(none).toBeUndefined()
    expect(warnings.join('')).toContain('wizard-session/v2')
  })
})
