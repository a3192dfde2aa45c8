import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { planDigest } from '../../src/inventory/plan-file.ts'
import { canonicalJson } from '../../src/model/canonical-json.ts'
import { makePlan } from '../support/plan-fixture.ts'
import { runCli } from './run-cli.ts'

const digest = planDigest(makePlan())
let cwd = ''
beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'osferry-plan-'))
  const other = makePlan({ bounds: { waves: 2, makespanMs: 3_600_000, evictions: 13 } })
  other.nodes[0]!.rollback.means = 'snapshot'
  const hostile = makePlan()
  hostile.leftOut[0]!.reasons = [{ en: 'clean\u001b[2J', zh: '清\u202e屏' }]
  hostile.nodes[0]!.why = { en: 'why\u001b]0;x', zh: '为何' }
  const write = (name: string, text: string): Promise<void> => writeFile(join(cwd, name), text)
  await write('plan.json', canonicalJson(makePlan()))
  await write('same.json', JSON.stringify(makePlan(), null, 2))
  await write('other.json', canonicalJson(other))
  await write('hostile.json', JSON.stringify(hostile))
  await write('open.json', canonicalJson(makePlan({ waves: makePlan().waves.slice(0, 1) })))
})
afterAll(() => rm(cwd, { recursive: true }))

describe('osferry plan show', () => {
  it('prints who, when, what cannot be taken back, and what is left out', async () => {
    const { code, stdout } = await runCli(['plan', 'show', 'plan.json'], { cwd })
    expect(code).toBe(0)
    expect(stdout).toContain(
      `3 nodes to containeros in 2 waves; 3 with a point of no return, 1 without a way back after it; sha256 ${digest}`,
    )
    expect(stdout).toMatch(/0 canary +node-1 +zone-a +containeros +old-disk +- +1h\/1h30m +stateless/)
    expect(stdout).toMatch(/1 workers +node-3 +zone-a +containeros +NONE \(accepted by li\.wei\) +park 1/)
    expect(stdout).toContain('free afterwards cpu 42%, memory unknown')
    expect(stdout).toContain('node-4.prod: is BLOCKED')
    expect(stdout).toMatch(/^! machine: as-listed: .*not proven.*: node-1, node-2, node-3$/m)
  })

  it('gives the plan and its digest to programs, and its nodes to lists', async () => {
    const { stdout } = await runCli(['plan', 'show', 'same.json', '-o', 'json'], { cwd })
    expect(JSON.parse(stdout)).toMatchObject({ digest, plan: makePlan(), exit: { code: 0 } })
    const names = await runCli(['plan', 'show', 'plan.json', '-o', 'name'], { cwd })
    expect(names.stdout).toBe('node-1\nnode-2\nnode-3\n')
  })

  it('lets nothing of a plan reach the terminal as a control character', async () => {
    for (const lang of ['en', 'zh-CN']) {
      const { code, stdout } = await runCli(['plan', 'show', 'hostile.json', '--lang', lang], { cwd })
      expect(code).toBe(0)
      for (const hidden of ['\u001b', '\u202e']) expect(stdout).not.toContain(hidden)
    }
  })

  it('refuses a plan that is not whole, and another one than was meant', async () => {
    const open = await runCli(['plan', 'show', 'open.json'], { cwd })
    expect(open.code).toBe(65)
    expect(open.stderr).toContain('waves: node-2 is in no wave')
    expect((await runCli(['plan', 'show', 'plan.json', '--digest', 'f'.repeat(64)], { cwd })).code).toBe(5)
  })
})

describe('osferry plan diff', () => {
  it('exits with 0 for one digest, and with 2 for another when it is asked for', async () => {
    const same = await runCli(['plan', 'diff', 'plan.json', 'same.json', '--detailed-exitcode'], { cwd })
    expect(same).toMatchObject({ code: 0, stdout: '', stderr: 'both plans are the same\n' })
    const other = await runCli(['plan', 'diff', 'plan.json', 'other.json', '--detailed-exitcode'], { cwd })
    expect(other.code).toBe(2)
    expect(other.stdout).toMatch(/changed +bounds +evictions +12 +13\n/)
    expect(other.stdout).toMatch(/changed +node-1 +rollback means +old-disk +snapshot\n/)
    const json = await runCli(['plan', 'diff', 'plan.json', 'other.json', '-o', 'json'], { cwd })
    expect(json.code).toBe(0)
    expect(JSON.parse(json.stdout)).toMatchObject({
      digests: { before: digest },
      changes: [{}, {}],
      exit: { code: 0 },
    })
  })
})
