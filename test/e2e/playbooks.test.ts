import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { builtInPlaybooks } from '../../src/model/playbook-names.ts'
import { bin } from '../support/osferry.ts'
import { runCli } from './run-cli.ts'

let cwd = ''
beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'osferry-playbooks-'))
  const own = await readFile(new URL('../../playbooks/centos8-to-containeros.yaml', import.meta.url), 'utf8')
  await writeFile(join(cwd, 'good.yaml'), own)
  await writeFile(join(cwd, 'bad.yaml'), own.replace('leaveLocalData', 'leaveLocalDta'))
})
afterAll(() => rm(cwd, { recursive: true }))

describe('osferry playbooks', () => {
  it('lists what comes with it, also as it is built', async () => {
    for (const options of [{ cwd }, { cwd, bin }]) {
      const { code, stdout } = await runCli(['playbooks', 'list', '-o', 'name'], options)
      expect(code).toBe(0)
      expect(stdout.trim().split('\n')).toEqual(builtInPlaybooks)
    }
    const { stdout } = await runCli(['playbooks', 'list', '--lang', 'zh-CN'], { cwd })
    expect(stdout).toMatch(/assess-only +- +1 +只评估/)
  })

  it('shows every step with its parameters, and what a plan still has to say', async () => {
    const { code, stdout } = await runCli(['playbooks', 'show', 'centos8-to-containeros'], { cwd })
    expect(code).toBe(0)
    expect(stdout).toContain('-> containeros')
    expect(stdout).toMatch(/replace +host\.provision +1h30m .*POINT OF NO RETURN/)
    expect(stdout).toMatch(
      /to be given by the options of a plan:\n {2}images\.park: registry\n {2}data\.park: store\n {2}host\.provision: provider\n/,
    )
    const { stdout: json } = await runCli(['playbooks', 'show', 'good.yaml', '-o', 'json'], { cwd })
    const shown = JSON.parse(json) as { steps: { uses: string; with: object; missing: string[] }[] }
    expect(shown.steps.find(({ uses }) => uses === 'cluster.drain')).toMatchObject({
      with: { leaveLocalData: true, deleteEmptyDirData: false, naked: 'refuse' },
      timeout: '1h',
      missing: [],
    })
  })

  it('validates files: exit 65, the place, and what was meant; the others are looked at, too', async () => {
    const { code, stdout, stderr } = await runCli(['playbooks', 'validate', 'bad.yaml', 'good.yaml'], { cwd })
    expect(code).toBe(65)
    expect(stdout).toMatch(
      /bad\.yaml +not valid +.*bad\.yaml:\d+:9: phases\.migrate\[3\]\.with\.leaveLocalDta: .*did you mean "leaveLocalData"/,
    )
    expect(stdout).toMatch(/good\.yaml +valid/)
    expect(stderr).toContain('1 of 2 playbooks not valid')
    const { stdout: json } = await runCli(['playbooks', 'validate', 'bad.yaml', '-o', 'json'], { cwd })
    expect(JSON.parse(json)).toMatchObject({
      items: [{ valid: false, code: 'PLAYBOOK_INVALID' }],
      exit: { code: 65 },
    })
    expect((await runCli(['playbooks', 'validate'], { cwd })).code).toBe(0)
  })

  it('a name that is none: exit 64 and the nearest one', async () => {
    const { code, stderr } = await runCli(['playbooks', 'show', 'centos8-to-anolis-rhkc'], { cwd })
    expect(code).toBe(64)
    expect(stderr).toContain('Did you mean centos8-to-anolis-rhck?')
  })
})
