import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { planDigest } from '../../src/inventory/plan-file.ts'
import { canonicalJson } from '../../src/model/canonical-json.ts'
import { makePlan } from '../support/plan-fixture.ts'
import { makeKey, signBySshKeygen, type TestKey } from '../support/ssh-keys.ts'
import { openTerminal } from '../support/terminal.ts'
import { runCli, sourceBin, type CliResult } from './run-cli.ts'

const digest = planDigest(makePlan())
let cwd = ''
let keys: Record<'alice' | 'bob' | 'eve', TestKey>
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'osferry-approval-'))
  keys = { alice: makeKey(cwd, 'alice'), bob: makeKey(cwd, 'bob'), eve: makeKey(cwd, 'eve') }
  await writeFile(join(cwd, 'plan.json'), canonicalJson(makePlan()))
  const lines = ([keys.alice, keys.bob] as const).map(
    ({ publicKey }, index) => `${['alice', 'bob'][index]}@example.com ${publicKey}`,
  )
  await writeFile(join(cwd, 'signers'), `${lines.join('\n')}\n`)
})
afterEach(() => rm(cwd, { recursive: true }))

const approve = (who: keyof typeof keys, ...more: string[]): Promise<CliResult> =>
  runCli(['plan', 'approve', 'plan.json', '--key', `key-${who}`, '--yes', ...more], { cwd })
const verify = (...more: string[]): Promise<CliResult> =>
  runCli(['plan', 'verify', 'plan.json', '--allowed-signers', 'signers', ...more], { cwd })

function signerLine(publicKey: string): string {
  const [type = '', key = '', comment = ''] = publicKey.trim().split(' ')
  return `${comment} ${type} ${key}\n`
}

describe('osferry plan approve and verify', () => {
  it('two people approve, and the plan counts as approved by two; a change makes it count for nothing', async () => {
    const first = await approve('alice', '--digest', digest.slice(0, 12))
    expect(first).toMatchObject({ code: 0, stdout: `${digest}\n` })
    expect(first.stderr).toContain('alice@example.com has approved plan.json: plan.approvals.json')
    const one = await verify('--require', '2')
    expect(one.code).toBe(5)
    expect(one.stderr).toContain('plan.json has 1 of 2 approvals [APPROVAL_MISSING]')
    expect((await approve('bob', '-o', 'json')).code).toBe(0)
    const both = await verify('--require', '2', '-o', 'json')
    expect(both.code).toBe(0)
    expect(JSON.parse(both.stdout)).toMatchObject({
      digest,
      required: 2,
      approvals: [
        { identity: 'alice@example.com', result: 'good' },
        { identity: 'bob@example.com', result: 'good' },
      ],
      exit: { code: 0 },
    })
    await writeFile(
      join(cwd, 'plan.json'),
      canonicalJson(makePlan({ bounds: { waves: 2, makespanMs: 1, evictions: 12 } })),
    )
    const changed = await verify()
    expect(changed.code).toBe(5)
    expect(changed.stdout).toMatch(/alice@example\.com +of another plan/)
    expect(changed.stderr).toContain(`approves ${digest}`)
    expect(changed.stderr).toContain('[APPROVAL_INVALID]')
  })

  it('the same person twice is one, and somebody who is not allowed is nobody', async () => {
    await approve('alice')
    await approve('alice')
    await approve('eve')
    const table = await verify('--require', '2')
    expect(table.code).toBe(5)
    expect(table.stdout.match(/alice@example\.com/g)).toHaveLength(1)
    expect(table.stdout).toMatch(/eve@example\.com +refused/)
    const chinese = await verify('--require', '2', '--lang', 'zh-CN')
    expect(chinese.stdout).toMatch(/eve@example\.com +被拒绝/)
    expect(chinese.stderr).toContain('批准无效')
    expect((await verify()).code).toBe(0)
  })

  it('an approval that was made by hand counts like any other', async () => {
    const signature = signBySshKeygen(keys.bob, `${digest}\n`, 'osferry-plan')
    const at = '2026-11-21T00:00:00.000Z'
    const approvals = [{ digest, identity: 'bob@example.com', at, signature }]
    await writeFile(join(cwd, 'plan.approvals.json'), JSON.stringify({ schema: 'approvals/v1', approvals }))
    expect((await verify()).code).toBe(0)
  })

  it('another digest than the one that was meant: exit 5, and nothing is signed', async () => {
    const { code, stderr } = await approve('alice', '--digest', '0'.repeat(64))
    expect(code).toBe(5)
    expect(stderr).toContain(`the digest of plan.json is ${digest}`)
    await expect(readFile(join(cwd, 'plan.approvals.json'))).rejects.toThrow('ENOENT')
    expect((await verify('--digest', '0'.repeat(64))).code).toBe(5)
  })

  it('nobody is asked where nobody can answer: exit 4, and nothing is signed', async () => {
    const { code, stderr } = await runCli(['plan', 'approve', 'plan.json', '--key', 'key-alice'], {
      cwd,
      stdin: 'idle',
    })
    expect(code).toBe(4)
    expect(stderr).toMatch(
      /Approve plan\.json as alice@example\.com\? 3 nodes to containeros in 2 waves; 3 with a point of no return, 1 without/,
    )
    await expect(readFile(join(cwd, 'plan.approvals.json'))).rejects.toThrow('ENOENT')
  })

  it('in a terminal: asks, then lets ssh-keygen ask for the passphrase; Ctrl-C there signs nothing', async () => {
    makeKey(cwd, 'carol', { passphrase: 'swordfish' })
    const argv = [process.execPath, sourceBin, 'plan', 'approve', 'plan.json', '--key', 'key-carol']
    for (const [keys, exitCode] of [
      ['\u0003', 130],
      ['swordfish\r', 0],
    ] as const) {
      const terminal = openTerminal(argv, { cwd, env: { HOME: cwd, SSH_ASKPASS: '' }, columns: 100 })
      await terminal.shows('[y/N]')
      terminal.type('y\r')
      await terminal.shows(/passphrase/)
      const before = await readFile(join(cwd, 'plan.approvals.json'), 'utf8').catch(() => 'none')
      expect(before).toBe('none')
      terminal.type(keys)
      expect({ exitCode: await terminal.exited, screen: terminal.screen() }).toMatchObject({ exitCode })
    }
    await writeFile(join(cwd, 'signers'), await readFile(join(cwd, 'key-carol.pub'), 'utf8').then(signerLine))
    expect((await verify()).code).toBe(0)
  })

  it('says what is missing on the command line, and what is wrong with the files', async () => {
    const noKey = await runCli(['plan', 'approve', 'plan.json'], { cwd })
    expect(noKey).toMatchObject({ code: 64, stderr: expect.stringContaining('--key FILE') })
    const noSigners = await runCli(['plan', 'verify', 'plan.json'], { cwd })
    expect(noSigners).toMatchObject({ code: 64, stderr: expect.stringContaining('--allowed-signers FILE') })
    await rm(join(cwd, 'key-alice.pub'))
    expect(await approve('alice')).toMatchObject({
      code: 64,
      stderr: expect.stringContaining('--identity NAME'),
    })
    expect(await approve('alice', '--identity', '-x')).toMatchObject({ code: 64 })
    expect(await approve('alice', '--identity', 'alice@example.com')).toMatchObject({ code: 0 })
    expect(await verify('--require', '0')).toMatchObject({ code: 64 })
    await writeFile(join(cwd, 'key-bob.pub'), `${keys.bob.publicKey} Bob the builder\n`)
    expect(await approve('bob')).toMatchObject({
      code: 64,
      stderr: expect.stringContaining('"Bob the builder"'),
    })
    await chmod(join(cwd, 'signers'), 0o666)
    expect(await verify()).toMatchObject({ code: 0, stderr: expect.stringContaining('others may write') })
    const gone = await runCli(['plan', 'verify', 'plan.json', '--allowed-signers', 'gone'], { cwd })
    expect(gone).toMatchObject({ code: 65, stderr: expect.stringContaining('gone does not exist') })
    await writeFile(join(cwd, 'plan.approvals.json'), '{')
    expect(await verify()).toMatchObject({ code: 5, stderr: expect.stringContaining('[APPROVAL_INVALID]') })
    expect(await approve('alice', '--identity', 'alice@example.com')).toMatchObject({ code: 5 })
  })
})
