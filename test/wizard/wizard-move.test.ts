import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { PlanOptions } from '../../src/model/plan-options.ts'
import { openTerminal, type PseudoTerminal, type PseudoTerminalOptions } from '../support/terminal.ts'

const program = fileURLToPath(new URL('../fixtures/wizard-program.ts', import.meta.url))
vi.setConfig({ testTimeout: 180_000 })

const down = '\u001B[B'
const end = '\u001B[F'

interface Started {
  terminal: PseudoTerminal
  cwd: string
  /** Waits for a text, types, and gives the screen that was there. */
  step: (text: string, keys: string) => Promise<string>
  log: () => Promise<string>
}

async function start(options: PseudoTerminalOptions = {}, directory?: string): Promise<Started> {
  const cwd = directory ?? (await mkdtemp(join(tmpdir(), 'osferry-wizard-move-')))
  const terminal = openTerminal([process.execPath, program], { ...options, cwd })
  onTestFinished(async () => {
    terminal.kill()
    await rm(cwd, { recursive: true, force: true })
  })
  const step = async (text: string, keys: string): Promise<string> => {
    const screen = (await terminal.shows(text)).join('\n')
    terminal.type(keys)
    return screen
  }
  return { terminal, cwd, step, log: () => readFile(join(cwd, 'log.txt'), 'utf8') }
}

async function toTargets({ step }: Started): Promise<void> {
  await step('Another file', '\r')
  await step('without a test', `${down}\r`)
  await step('Collect facts', '\r')
  await step('Go on to the assessment', '\r')
  await step('Fix these first', 'n')
  await step('report.html', '\r')
}

/** The options of the last plan that was made. */
async function lastOptions({ log }: Started): Promise<PlanOptions> {
  const lines = (await log()).split('\n').filter((line) => line.startsWith('options '))
  return PlanOptions.parse(JSON.parse(lines.at(-1)?.slice('options '.length) ?? ''))
}

describe('the wizard plans a move', () => {
  it('asks for targets, data, everything open and shows waves and what cannot be undone', async () => {
    const started = await start()
    const { step, terminal, log } = started
    await toTargets(started)
    const proposed = await step('What shall each group become?', '\r')
    expect(proposed).toMatch(/^\[Targets\] › Data › Waves › Review.*READ ONLY/)
    expect(proposed).toMatch(/group=web +8 +Anolis ANCK +6 READY, 2 BLOCKED: Kernel/)
    expect(proposed).toContain('One plan has one target: this becomes 2 plans')
    expect(await step('In the way', '\r')).toContain('2 × Something writes outside /etc and /var')
    await step('Go on: plan ContainerOS', `${down}${down}\r`)
    const data = await step('2 of 2 kinds of local data are not decided', '\r')
    expect(data).toMatch(/undecided +local volume +3 hosts \/var\/disks\/…/)
    expect(await step('Used by shop/db-0', `${down}\r`)).toContain('LOST with the disk')
    await step('1 of 2 kinds', '\r')
    await step('Used by shop/db-0', `${down}${down}\r`)
    await step('why, and who says so?', '\r')
    await step('This is needed.', 'a cache (li.wei)\r')
    await step('Every kind of local data is decided', `${down}${down}\r`)
    await step('4 must be answered before a plan can be made', '\r')
    await step('NO way back', `${down.repeat(5)}\r`)
    await step('Accepted by', '李伟\r')
    await step('3 must be answered', '\r')
    await step('a program of your own', '\r')
    await step('Program:', "/opt/ours/reinstall 'a b\r")
    await step('A quote is not closed.', "'\r")
    await step('2 must be answered', '\r')
    await step('VARIANT_ID:', 'openeuler/nestos\r')
    await step('1 must be answered', '\r')
    await step('s3://BUCKET', '\r')
    await step('All is answered', '\r')
    const waves = await step('Go on to the review', `${down}${down}\r`)
    expect(waves).toMatch(/0 canary +1 +▇+░+ +1h\/1h30m ≥30m/)
    expect(waves).toMatch(/1 workers +2 +·+▇+░+ 1h\/1h30m ≥30m/)
    expect(waves).toContain('! the snapshot of the cluster is more than a day old')
    expect(waves).toContain('! The window may end before 1 wave is over')
    expect(await step('is BLOCKED', 'b')).toContain('node-4.prod')
    await step('Go on to the review', '\r')
    await step('cpu 42%, memory unknown', 'b')
    await step('Go on to the review', 'n')
    const review = await step('⚑ 3 nodes with a point of no return', `${down}${down}\r`)
    expect(review).toContain('NO way back then; accepted by li.wei')
    expect(review).toContain('Approvals: 2 of 2: ✔ alice@example.com, ✔ bob@example.com')
    expect(review).toContain(`sha256 ${'ab12'.repeat(16)}`)
    await step('node-3  ⚑ host.provision  → NONE (li.wei)', 'b')
    await step('Leave it at the plan', `${end}\r`)
    expect(await terminal.exited).toBe(0)
    expect(terminal.screen().slice(0, 2)).toEqual(['plan.json', 'plan.options.yaml'])
    expect(await log()).toContain('save plan group=web group=db')
    const options = await lastOptions(started)
    expect(options).toMatchObject({
      playbook: 'centos8-to-containeros',
      rollback: { means: 'none', acceptedBy: '李伟' },
      with: {
        'host.provision': { provider: 'command', argv: ['/opt/ours/reinstall', 'a b'] },
        'node.verify-os': { osRelease: { id: 'openeuler', variantId: 'nestos' } },
        'data.park': { store: 'parked' },
      },
    })
    expect(options.data).toEqual([
      {
        kind: 'host-path',
        path: '/var/cache',
        hosts: ['node-01', 'node-02'],
        action: 'discard',
        reason: 'a cache (li.wei)',
      },
      { kind: 'local-volume', path: '/var/disks', action: 'park', reason: 'chosen in the wizard' },
    ])
  })

  it('makes a plan of each target, one after the other, each with files and answers of its own', async () => {
    const started = await start({ rows: 40 })
    const { step, terminal, log } = started
    await toTargets(started)
    await step('Go on: plan ContainerOS', `${down}${down}${down}\r`)
    await step('Go on, and leave these hosts out', `${down}${down}\r`)
    await step('2 must be answered', '\r')
    await step('NO way back', '\r')
    await step('1 must be answered', '\r')
    await step('simulated machines', `${down}\r`)
    await step('All is answered', `${down}\r`)
    await step('NO way back', 'b')
    await step('All is answered', '\r')
    await step('Go on to the review', 'n')
    const review = await step('Go on with the other plan: ContainerOS', '\u001B[F\r')
    expect(review).toContain('plan-anolis-anck.options.yaml')
    await step('Go on, and leave these hosts out', `${down}${down}\r`)
    await step('3 must be answered', 's')
    expect(await terminal.exited).toBe(0)
    expect(await log()).toContain('save plan-anolis-anck group=web\n')
    expect(await lastOptions(started)).toMatchObject({
      playbook: 'centos8-to-anolis-anck',
      rollback: { means: 'old-deployment' },
    })
  })

  it('takes windows, freezes and limits as people write them, and refuses what is none', async () => {
    const started = await start({ rows: 40 })
    const { step } = started
    await toTargets(started)
    await step('Go on: plan Anolis ANCK', '\u001B[F\r')
    await step('Go on, and leave these hosts out', `\u001B[F\r`)
    const choose = async (title: string, keys: string): Promise<void> => {
      await step('How does the move go?', `/${title}`)
      await step(`filter: ${title}`, '\r\r')
      await step(':', keys)
    }
    await choose('Nodes away', '\u0015')
    await step('At a time:', '0%\r')
    await step('a share is written as 10%', '\u0015')
    await step('At a time:', '10%\r')
    await choose('Windows', '')
    await step('Add one', '\r')
    await step('Another window:', 'fri,sat 22:00 6h Asia/Shangai\r')
    await step('is no time zone of the IANA database', '\u007F\u007Fhai\r')
    await choose('Freezes', '')
    await step('Add one', '\r')
    await step('Another freeze:', '2027-02-05 2027-02-01 春节\r')
    await step('a freeze ends after it has begun', '\u0015')
    await step('Another freeze:', '2027-02-05 2027-02-21 春节\r')
    await step('2 must be answered', '\r')
    await step('NO way back', '\r')
    await step('1 must be answered', '\r')
    await step('simulated machines', `${down}\r`)
    await step('All is answered', '\r')
    await step('Go on to the review', 's')
    await started.terminal.exited
    expect(await lastOptions(started)).toMatchObject({
      maxUnavailable: '10%',
      windows: [{ days: ['fri', 'sat'], start: '22:00', length: '6h', timeZone: 'Asia/Shanghai' }],
      freezes: [{ from: '2027-02-05T00:00:00Z', until: '2027-02-21T00:00:00Z', reason: '春节' }],
    })
  })

  it('goes on later with every answer, in Chinese, at 60 columns', async () => {
    const started = await start()
    await toTargets(started)
    await started.step('Go on: plan ContainerOS', `${down}${down}\r`)
    await started.step('2 of 2 kinds', '\r')
    await started.step('Used by', `${down}\r`)
    await started.step('1 of 2 kinds', 's')
    expect(await started.terminal.exited).toBe(0)
    const again = await start({ columns: 60 }, started.cwd)
    await again.step('Go on where it stopped', '\r')
    const data = await again.step('1 of 2 kinds', 'l')
    expect(data).toMatch(/^Targets › \[Data\] › Waves › Review › Run › End +READ ONLY/)
    expect(data).toMatch(/✔ park +local volume +3 hosts/)
    await again.step('1 类尚未决定', 'b')
    await again.step('每个分组迁移到什么目标', 's')
    expect(await again.terminal.exited).toBe(0)
  })
})

describe('the snapshot of the cluster', () => {
  it('is offered before the assessment where there is none; a failure is shown, and tried again', async () => {
    const started = await start({ env: { CLUSTER: 'none' } })
    const { step, cwd, terminal, log } = started
    await step('Another file', '\r')
    await step('without a test', `${down}\r`)
    await step('Collect facts', '\r')
    await step('Go on to the assessment', '\r')
    const offered = await step('There is none yet', '\r')
    expect(offered).toContain('it would be of prod-east (https://10.0.0.1:6443).')
    expect(offered).toContain('❯ Take a snapshot of the cluster')
    expect(offered).toContain('same as: osferry snapshot')
    await step('✔ nodes 12   ✔ pods 340', '')
    await step('https://10.0.0.1:6443 does not answer', '')
    await writeFile(join(cwd, 'reachable'), '')
    terminal.type('\r')
    const taken = await step('Snapshot of prod-east, just taken: 12 nodes, 11 hosts found among them.', '\r')
    expect(taken).toContain('❯ Go on with this snapshot')
    await step('Fix these first', 'b')
    await step('Go on with this snapshot', 'b')
    await step('Collect facts', 's')
    expect(await terminal.exited).toBe(0)
    expect((await log()).split('\n').filter((line) => line === 'snapshot')).toHaveLength(2)
  })

  it('that is old says so, and is not asked about again when a finding is waived', async () => {
    const { step, terminal } = await start({ env: { CLUSTER: 'old', WIZARD_LANGUAGE: 'zh-CN' } })
    await step('其他文件', '\r')
    await step('跳过', `${down}\r`)
    await step('采集 12 台', '\r')
    await step('继续：评估', '\r')
    const old = await step('采集于 26h 前', `${down}\r`)
    expect(old).toContain('! 已超过一天：Pod 可能已在别处。')
    expect(old).toContain('❯ 重新采集快照')
    await step('生成报告', '\r')
    await step('w 豁免', 'w')
    await step('适用主机', '\r')
    await step('理由', 'x\r')
    await step('负责人', 'li.wei\r')
    await step('有效期至', '\r')
    await step('生成报告', 's')
    expect(await terminal.exited).toBe(0)
  })
})

/** The first group gets the team's own playbook. */
async function chooseOwnPlaybook(started: Awaited<ReturnType<typeof start>>): Promise<void> {
  const { step, cwd } = started
  await ownPlaybook(cwd)
  await toTargets(started)
  await step('What shall each group become?', '\r')
  await step('In the way', `${end}\u001B[A\r`)
  await step('Playbook:', 'ours/move.yaml\r')
}

/** A playbook of a team, as the built-in one that it was made of, with these words in place of others. */
async function ownPlaybook(cwd: string, from = '', to = ''): Promise<void> {
  const text = await readFile(new URL('../../playbooks/centos8-to-containeros.yaml', import.meta.url), 'utf8')
  await mkdir(join(cwd, 'ours'), { recursive: true })
  await writeFile(join(cwd, 'ours', 'move.yaml'), text.replace(from, to))
}

describe('a playbook of the team', () => {
  it('is asked for until it can be used: what is wrong is shown with file, line, field and what is allowed', async () => {
    const started = await start({ rows: 40, columns: 120 })
    const { step, terminal, cwd } = started
    await ownPlaybook(cwd, 'uses: cluster.cordon', 'uses: cluster.cordone')
    await toTargets(started)
    await step('What shall each group become?', '\r')
    await step('In the way', `${end}\u001B[A\r`)
    await step('Playbook:', 'centos8-to-containerOS\r')
    expect(await step('Did you mean centos8-to-containeros?', 'b')).toContain(
      'no playbook "centos8-to-containerOS"',
    )
    await step('Playbook: centos8-to-containerOS', './ours/../ours/move.yaml\r')
    const refused = await step('Try again', '')
    expect(refused).toContain('ours/move.yaml:18:7: phases.migrate[1].uses:')
    expect(refused).toMatch(/expected one of\n"cluster\.snapshot"\|"cluster\.cordon"/)
    expect(refused).toContain('did you mean "cluster.cordon"?')
    await ownPlaybook(cwd)
    terminal.type('\r')
    const chosen = await step('What shall each group become?', 's')
    expect(chosen).toMatch(/group=web +8 +ContainerOS +ours\/move\.yaml/)
    expect(chosen).toContain('Go on: plan ContainerOS (ours/move.yaml)')
    await terminal.exited
  })

  it('is a plan of its own beside a built-in one of the same target, and is gone on with later', async () => {
    const started = await start({ rows: 40 })
    const { step, cwd, terminal } = started
    await chooseOwnPlaybook(started)
    await step('Go on: plan ContainerOS (ours/move.yaml)', `${end}\r`)
    await step('Go on, and leave these hosts out', `${end}\r`)
    await step('3 must be answered', '\r')
    await step('NO way back', '\r')
    await step('2 must be answered', '\r')
    await step('simulated machines', `${down}\r`)
    await step('1 must be answered', '\r')
    await step('VARIANT_ID:', 'lifsea\r')
    await step('All is answered', 's')
    expect(await terminal.exited).toBe(0)
    const again = await start({ rows: 40 }, cwd)
    await again.step('Go on where it stopped', '\r')
    await again.step('All is answered', '\r')
    await again.step('Go on to the review', 'n')
    const review = await again.step('Go on with the other plan: ContainerOS', 's')
    expect(review).toContain('plan-containeros-2.options.yaml')
    await again.terminal.exited
    expect(await again.log()).toContain('save plan-containeros-2 group=web\n')
    expect(await lastOptions(again)).toMatchObject({ playbook: 'ours/move.yaml' })
  })

  it('that is gone leaves its groups as they are, and says so', async () => {
    const started = await start({ rows: 40 })
    const { step, cwd, terminal } = started
    await chooseOwnPlaybook(started)
    await step('Go on: plan ContainerOS (ours/move.yaml)', 's')
    await terminal.exited
    await rm(join(cwd, 'ours'), { recursive: true })
    const again = await start({ rows: 40 }, cwd)
    await again.step('Go on where it stopped', '\r')
    const screen = await again.step('cannot be read any more', 's')
    expect(screen).toContain('! ours/move.yaml cannot be read any more; its groups stay as they are:\n')
    expect(screen).toMatch(/group=web +8 +not now/)
    expect(screen).not.toContain('(ours/move.yaml)')
    await again.terminal.exited
  })
})

/** To the review of a plan of the hosts, with as few answers as it takes. */
async function toReview(started: Started): Promise<void> {
  const { step } = started
  await toTargets(started)
  await step('Go on: plan Anolis ANCK', `${end}\r`)
  await step('Go on, and leave these hosts out', `${end}\r`)
  await step('2 must be answered', '\r')
  await step('NO way back', '\r')
  await step('1 must be answered', '\r')
  await step('simulated machines', `${down}\r`)
  await step('All is answered', '\r')
  await step('Go on to the review', 'n')
}

describe('the wizard runs a plan', () => {
  it('starts by the digest that is typed, shows what waits since when, pauses, and aborts when it is asked twice', async () => {
    const started = await start()
    const { step, terminal, log } = started
    await toReview(started)
    await step('Start now: the digest must be typed', '\r')
    await step('ab12ab12ab12 ab12', 'ab12ab12\r')
    await step('This is not the digest of the plan.', 'ab12\r')
    const run = await step('1/3 nodes done', 'p')
    expect(run).toMatch(/\[Run\] › End +CHANGES HOSTS/)
    expect(run).toContain('waves 1/2 · 0 failed · 0 given back')
    expect(run).toMatch(/node-2 +migrate {2}cluster\.drain {2}\d+m/)
    expect(run).toContain(String.raw`waits 1m: budget shop/api allows none \x1b[31m`)
    expect(run).toContain('! the lease was renewed late')
    expect(await step('Paused: the steps in hand are finished', 'p')).toContain('p go on')
    await step('p pause after the steps in hand', 'a')
    await step('! ABORT?', 'x')
    await terminal.shows('o log')
    terminal.type('o')
    await step('23:02:00', 'o')
    await step('waits 1m', 'l')
    await step('已等待 1m：中断预算 shop/api 不允许驱逐', 'l')
    await step('waits 1m', 'a')
    await step('! ABORT?', 'a')
    const ended = await step('Exit code 8: a node was returned.', '\r')
    expect(ended).toMatch(/\[End\] +READ ONLY/)
    expect(ended).toContain('↩ given back as found 1 · ✔ done 1')
    expect(ended).toContain('osferry runs resume 20261121-1600-abcdef --retry node-2')
    expect(ended).toContain('Journal: .osferry/journal.db')
    expect(await step('DRAIN_BLOCKED', 'b')).toMatch(/node-2 {2}↩ given back as found/)
    await step('Exit code 8', `${end}\r`)
    expect(await terminal.exited).toBe(8)
    expect(await log()).toContain('run plan-anolis-anck.json ab12ab12ab12\n')
    expect(terminal.screen().slice(-2)).toEqual([
      '.osferry/journal.db',
      'osferry runs resume 20261121-1600-abcdef --retry node-2',
    ])
  })

  it('stops after the steps in hand at the first Ctrl-C and leaves at the second, and says how to go on', async () => {
    const started = await start({ columns: 60 })
    const { step, terminal } = started
    await toReview(started)
    await step('Start now', '\r')
    await step('Digest:', 'ab12ab12ab12\r')
    await step('1/3 nodes done', '\u0003')
    await step('Stopping after the steps in hand', '\u0003')
    await step('Exit code 6', `${end}\r`)
    expect(await terminal.exited).toBe(6)
    expect(terminal.raw().lastIndexOf('\u001B[?25h')).toBeGreaterThan(
      terminal.raw().lastIndexOf('\u001B[?25l'),
    )
  })

  it('keeps the run that begins in the instant of Ctrl-C: stops it, and ends as it does', async () => {
    const started = await start({ env: { LATE: '1' } })
    const { step, terminal } = started
    await toReview(started)
    await step('Start now', '\r')
    await step('Digest:', 'ab12ab12ab12\r')
    await step('Looking at approvals', '\u0003')
    await step('Stopping after the steps in hand', '\u0003')
    await step('Exit code 6', `${end}\r`)
    expect(await terminal.exited).toBe(6)
  })

  it.each([
    ['saved', 's'],
    ['stopped by Ctrl-C', '\u0003'],
  ])('ends as its run and says how to go on when it is %s after the run', async (_, key) => {
    const started = await start()
    const { step, terminal } = started
    await toReview(started)
    await step('Start now', '\r')
    await step('Digest:', 'ab12ab12ab12\r')
    await step('1/3 nodes done', 'a')
    await step('! ABORT?', 'a')
    await step('Exit code 8', key)
    expect(await terminal.exited).toBe(8)
    expect(terminal.screen().at(-1)).toBe('osferry runs resume 20261121-1600-abcdef --retry node-2')
  })

  it('ends as its run and says how to go on when the process is ended amid the run', async () => {
    const started = await start()
    const { step, terminal, cwd } = started
    await toReview(started)
    await step('Start now', '\r')
    await step('Digest:', 'ab12ab12ab12\r')
    await step('1/3 nodes done', '\u0003')
    await terminal.shows('Stopping after the steps in hand')
    process.kill(Number(await readFile(join(cwd, 'pid'), 'utf8')), 'SIGTERM')
    expect(await terminal.exited).toBe(6)
    expect(terminal.screen().at(-1)).toBe('osferry runs resume 20261121-1600-abcdef')
  })

  it('cannot be started before enough have approved it; says who has, who is missing, and how to approve', async () => {
    const started = await start({ env: { ONE_APPROVAL: '1' } })
    const { step, cwd, terminal, log } = started
    await toReview(started)
    const review = await step('It cannot be started yet, 1 approval missing', '\r')
    expect(review).toContain('Approvals: 1 of 2, 1 missing: ✔ alice@example.com')
    expect(review).not.toContain('Start now')
    expect(review).toContain('r look again')
    const approvals = await step('1 of 2 approvals count, 1 missing', '')
    expect(approvals).toContain('✔ alice@example.com  2026-11-21T00:00:00Z\n    ED25519 SHA256:alice')
    expect(approvals).toContain('  osferry approve digest=ab12ab12ab12')
    await writeFile(join(cwd, 'bob-signs'), '')
    terminal.type('r')
    await step('Enough have approved: 2 of 2', 'b')
    await step('Start now', '\r')
    await step('Digest:', 'ab12ab12ab12\r')
    await step('1/3 nodes done', 'a')
    await step('! ABORT?', 'a')
    await step('Exit code 8', `${end}\r`)
    expect(await terminal.exited).toBe(8)
    expect(await log()).toContain('run plan-anolis-anck.json ab12ab12ab12\n')
  })

  it('goes back to the review when the plan is refused, and nothing was begun', async () => {
    const started = await start({ env: { NOT_APPROVED: '1' } })
    const { step } = started
    await toReview(started)
    await step('Start now', '\r')
    await step('Digest:', 'ab12ab12ab12\r')
    await step('plan.json has 1 of 2 approvals', `${down}\r`)
    await step('Start now', 's')
    expect(await started.terminal.exited).toBe(0)
  })
})
