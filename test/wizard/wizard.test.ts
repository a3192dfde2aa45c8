import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { openTerminal, type PseudoTerminalOptions } from '../support/terminal.ts'

const program = fileURLToPath(new URL('../fixtures/wizard-program.ts', import.meta.url))
vi.setConfig({ testTimeout: 90_000 })

const down = '\u001B[B'

async function start(options: PseudoTerminalOptions = {}, directory?: string) {
  const cwd = directory ?? (await mkdtemp(join(tmpdir(), 'osferry-wizard-')))
  const terminal = openTerminal([process.execPath, program], { ...options, cwd })
  onTestFinished(async () => {
    terminal.kill()
    await rm(cwd, { recursive: true, force: true })
  })
  return { terminal, cwd, log: () => readFile(join(cwd, 'log.txt'), 'utf8') }
}

/** The cursor is visible again, and nothing but plain lines is left. */
function expectClean(raw: string): void {
  expect(raw.lastIndexOf('\u001B[?25h')).toBeGreaterThan(raw.lastIndexOf('\u001B[?25l'))
  expect(raw).not.toMatch(/\n\s+at /)
}

describe('the wizard in a pseudo-terminal', () => {
  it('walks from sources to reports', async () => {
    const { terminal, log } = await start()
    await terminal.shows('Another file')
    terminal.type('\r')
    await terminal.shows('Test access to 12 hosts')
    terminal.type('\r')
    await terminal.shows('2 failed')
    terminal.type('r')
    await terminal.shows('1 failed')
    terminal.type(`${down}\r`)
    await terminal.shows('Collect facts from 11 hosts')
    terminal.type('\r')
    await terminal.shows('11 of 11 hosts answered')
    terminal.type('\r')
    const assessed = await terminal.shows('Fix these first')
    expect(assessed.join('\n')).toMatch(/4\/4 {2}blocks/)
    expect(assessed.at(-1)).toContain("-l 'host notin (node-09)'")
    terminal.type('\r')
    await terminal.shows('node-01 loads nvidia')
    terminal.type('e')
    await terminal.shows('node-04 loads nvidia')
    terminal.type('b')
    await terminal.shows('Fix these first')
    terminal.type('n')
    await terminal.shows('report.html')
    terminal.type('\r')
    expect(await terminal.exited).toBe(0)
    expect(terminal.screen()).toEqual(['osferry-report/report.html', 'osferry-report/report.json'])
    expectClean(terminal.raw())
    expect(await log()).toBe('load ansible ./hosts\ncollect 11\ncollect done\n')
  })

  it('filters while one types, shows errors with retry and back, goes back and helps', async () => {
    const { terminal } = await start()
    await terminal.shows('Another file')
    terminal.type(`${down}${down}\r`)
    await terminal.shows('INVENTORY_INVALID')
    await terminal.shows('→ correct line 3')
    terminal.type(`${down}\r`)
    await terminal.shows('Another file')
    terminal.type('/清单')
    const filtered = await terminal.shows('/ filter: 清单')
    expect(filtered.join('\n')).not.toContain('broken')
    terminal.type('\r\r')
    await terminal.shows('Test access')
    terminal.type('?')
    await terminal.shows('Host keys are checked')
    terminal.type('b')
    await terminal.shows('Test access')
    terminal.type('b')
    await terminal.shows('Another file')
  })

  it('waives a finding with reason, owner and a last day', async () => {
    const { terminal, log } = await start()
    await terminal.shows('Another file')
    terminal.type('\r')
    await terminal.shows('without a test')
    terminal.type(`${down}\r`)
    await terminal.shows('Collect facts')
    terminal.type('\r')
    await terminal.shows('Go on to the assessment')
    terminal.type('\r')
    await terminal.shows('Fix these first')
    terminal.type('\r')
    await terminal.shows('nvidia')
    terminal.type('w')
    await terminal.shows('For which hosts')
    terminal.type('\r')
    await terminal.shows('Reason:')
    terminal.type('\r')
    await terminal.shows('This is needed.')
    terminal.type('accepted by 李伟\r')
    await terminal.shows('Owner:')
    terminal.type('ops\r')
    await terminal.shows('2027-02-19')
    terminal.type('2026-01-01\r')
    await terminal.shows('This day is over.')
    terminal.type('\u0015')
    terminal.type('2027-01-31\r')
    await terminal.shows('Fix these first')
    expect(await log()).toContain(
      '{"check":"out-of-tree-modules","selector":"host=node-01","reason":"accepted by 李伟","owner":"ops","expires":"2027-01-31"}',
    )
  })

  it('saves, quits, and goes on at the same stage, in the other language', async () => {
    const { terminal, cwd } = await start()
    await terminal.shows('Another file')
    terminal.type('\r')
    await terminal.shows('without a test')
    terminal.type('l')
    await terminal.shows('跳过测试')
    terminal.type(`${down}\r`)
    await terminal.shows('采集 12 台主机')
    terminal.type('s')
    expect(await terminal.exited).toBe(0)
    expect(terminal.screen()).toEqual(['已保存。 会话已写入 .osferry/wizard.yaml。继续：osferry'])
    const again = await start({ columns: 60, env: { WIZARD_LANGUAGE: 'zh-CN' } }, cwd)
    await again.terminal.shows('从上次停下的地方继续')
    again.terminal.type('\r')
    const shown = await again.terminal.shows('采集 12 台主机')
    expect(shown[0]).toMatch(/\[采集\].*只读$/)
  })

  it('leaves a clean terminal on Ctrl-C in the middle of work, keeps what is complete and says how to go on', async () => {
    const { terminal, log } = await start({ env: { SLOW: '1' } })
    await terminal.shows('Another file')
    terminal.type('\r')
    await terminal.shows('without a test')
    terminal.type(`${down}\r`)
    await terminal.shows('Collect facts')
    terminal.type('\r')
    await terminal.shows(/[12]\/12/)
    terminal.type('\u0003')
    expect(await terminal.exited).toBe(130)
    expect(terminal.screen()).toEqual([
      'Stopped. The session is in .osferry/wizard.yaml. Go on with: osferry',
    ])
    expect(await log()).toContain('collect stopped')
    expectClean(terminal.raw())
  })

  it('ends with 130 on Ctrl-C before anything was chosen', async () => {
    const { terminal } = await start()
    await terminal.shows('Another file')
    terminal.type('\u0003')
    expect(await terminal.exited).toBe(130)
    expect(terminal.screen()).toEqual(['Nothing was begun. Start with: osferry'])
    expectClean(terminal.raw())
  })

  it('asks for a secret in the middle of work without showing it', async () => {
    const { terminal, log } = await start({ env: { SECRET: '1' } })
    await terminal.shows('Another file')
    terminal.type('\r')
    await terminal.shows('Test access')
    terminal.type('\r')
    await terminal.shows('Passphrase of id_ed25519:')
    terminal.type('correct horse')
    terminal.type('\r')
    await terminal.shows('2 failed')
    expect(await log()).toContain('secret correct horse\n')
    expect(terminal.raw()).not.toContain('correct horse')
  })
})
