import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { JournalEvent } from '../../src/model/journal-record.ts'
import { hostProject, type HostProject } from '../support/host-project.ts'
import { applyWords } from '../support/osferry.ts'

let project: HostProject
beforeEach(() => {
  project = hostProject(['a', 'b'])
})
afterEach(() => project.remove())

describe('osferry apply of a plan with a soak', () => {
  it('starts the next wave when the canary has rested, by the times of the journal', async () => {
    const options = path.join(project.cwd, 'options.yaml')
    const canary = 'canary: { perClass: 1, soak: 2s }'
    writeFileSync(options, readFileSync(options, 'utf8').replace(/^canary: .*$/m, canary))
    const words = applyWords('hosts-only.yaml', await project.plan(), '-o', 'ndjson')
    const applied = await project.run(words)
    expect([applied.exitCode, project.acts()]).toEqual([0, ['a', 'b']])
    const events = applied.stdout
      .split('\n')
      .flatMap((line) => JournalEvent.safeParse(line === '' ? null : JSON.parse(line)).data ?? [])
    const told = events.map(({ node, body }) => (node === null ? body.type : `${node} ${body.type}`))
    const restsFrom = told.indexOf('wave-done')
    expect(told.slice(restsFrom - 1, restsFrom + 3)).toEqual([
      'a node-ended',
      'wave-done',
      'wave-started',
      'b node-started',
    ])
    const [doneMs = 0, nextMs = 0] = events.slice(restsFrom, restsFrom + 2).map(({ at }) => Date.parse(at))
    // Less what a clock on the wall may be slewed by.
    expect(nextMs - doneMs).toBeGreaterThanOrEqual(1990)
  })
})
