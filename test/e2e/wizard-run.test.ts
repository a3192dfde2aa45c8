import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { startWizardRun } from '../../src/cli/wizard-run.ts'
import type { JournalEvent } from '../../src/model/journal-record.ts'
import { applyEvent, newRunState, type RunState } from '../../src/model/run-state.ts'
import type { RunInHand } from '../../src/wizard/move.ts'
import { commandContext } from '../support/command-context.ts'
import { hostProject, type HostProject } from '../support/host-project.ts'

vi.setConfig({ testTimeout: 180_000 })

interface Begun {
  run: RunInHand
  /** What the screen is drawn from. */
  view: { id: string; state: RunState; words: string[] }
}

async function begin(project: HostProject, digest: string): Promise<Begun> {
  const context = await commandContext(project.cwd)
  const view = { id: '', state: newRunState(''), words: [] as string[] }
  const run = await startWizardRun(
    context,
    { path: 'plan.json', playbook: './hosts-only.yaml', digest },
    {
      onStart(id, before) {
        view.id = id
        view.state = before
      },
      onEvent(event: JournalEvent, { en }) {
        applyEvent(view.state, event)
        view.words.push(en)
      },
      onHold: () => undefined,
      onWarning: () => undefined,
    },
  )
  return { run, view }
}

function project(...hosts: string[]): HostProject {
  const made = hostProject(hosts)
  onTestFinished(() => made.remove())
  // The run is in this process, whose directory is another one.
  const edit = (name: string, change: (text: string) => string): void => {
    const file = path.join(made.cwd, name)
    writeFileSync(file, change(readFileSync(file, 'utf8')))
  }
  edit('provision.sh', (text) => `cd '${made.cwd}'\n${text}`)
  edit('options.yaml', (text) => text.replace('./provision.sh', path.join(made.cwd, 'provision.sh')))
  return made
}

describe('a run of the wizard', () => {
  it('does what apply does, tells every record, and says where the journal is', async () => {
    const made = project('a', 'b')
    const { run, view } = await begin(made, (await made.plan()).slice(0, 12))
    const ended = await run.ended
    expect(ended).toMatchObject({ run: view.id, exitCode: 0, next: [] })
    expect(ended.nodes.map(({ node, state }) => `${node} ${state}`)).toEqual(['a done', 'b done'])
    expect(ended.files.map((file) => file.path)).toContain(path.join('.osferry', 'journal.db'))
    expect(made.acts()).toEqual(['a', 'b'])
    expect(view.state.outcome).toBe('done')
    expect(view.words).toContain('wave 0 started')
  })

  it('pauses, goes on, and is stopped; begun again it goes on with the same run and does nothing twice', async () => {
    const made = project('a', 'b')
    const digest = await made.plan()
    writeFileSync(path.join(made.cwd, 'wait-a'), '')
    const first = await begin(made, digest)
    await expect.poll(() => made.acts()).toEqual(['a'])
    first.run.pause()
    expect(first.run.isPaused()).toBe(true)
    first.run.interrupt()
    rmSync(path.join(made.cwd, 'wait-a'))
    const stopped = await first.run.ended
    expect(stopped).toMatchObject({
      exitCode: 6,
      nodes: [{ node: 'a' }, { node: 'b', state: 'not-started' }],
    })
    expect(stopped.next[0]).toContain(`runs resume ${first.view.id}`)
    const second = await begin(made, digest)
    expect(second.view.id).toBe(first.view.id)
    expect(await second.run.ended).toMatchObject({ exitCode: 0 })
    expect(made.acts()).toEqual(['a', 'b'])
  })

  it('says of a host that failed what failed, that it is past its point of no return, and its way back', async () => {
    const made = project('a')
    writeFileSync(path.join(made.cwd, 'fail-a'), '')
    const { run } = await begin(made, await made.plan())
    const ended = await run.ended
    expect(ended).toMatchObject({
      exitCode: 7,
      nodes: [{ node: 'a', state: 'failed', isPastPointOfNoReturn: true, rollback: 'reinstall' }],
    })
    expect(ended.nodes[0]?.because).toMatch(/^host\.provision: .+ \[/)
    expect(ended.meaning.en).toContain('after the point of no return')
  })

  it('is refused before anything is begun: another digest, approvals that are missing, a plan that is stale', async () => {
    const made = project('a')
    const digest = await made.plan()
    await expect(begin(made, '0'.repeat(12))).rejects.toMatchObject({ code: 'PLAN_DIGEST_WRONG' })
    writeFileSync(path.join(made.cwd, 'signers'), '')
    writeFileSync(path.join(made.cwd, 'osferry.yaml'), 'approvals: { allowedSigners: signers }\n')
    await expect(begin(made, digest)).rejects.toMatchObject({ code: 'APPROVAL_MISSING' })
    writeFileSync(path.join(made.cwd, 'osferry.yaml'), '')
    made.facts('a', '4.18.0-305.el8.x86_64')
    await expect(begin(made, digest)).rejects.toMatchObject({ code: 'PLAN_STALE' })
    expect(made.acts()).toEqual([])
  })
})
