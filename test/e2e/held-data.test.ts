import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { spoolPath } from '../../src/simulate/lab-host.ts'
import { runsOf } from '../support/insist.ts'
import { startLabProject } from '../support/lab-project.ts'
import { applyWords } from '../support/osferry.ts'

it('loses nothing that was written to parked data while a run was held between two phases', async () => {
  const lab = await startLabProject({ nodes: 3 })
  onTestFinished(() => lab.stop())
  const only = ['--only', 'node-01']
  const held = await lab.run(applyWords('quick.yaml', await lab.plan(), ...only, '--until', 'migrated'))
  expect([held.exitCode, held.stderr]).toEqual([0, held.stderr])
  const disk = path.join(lab.cwd, 'machines', 'node-01', 'root')
  const late = path.join(disk, spoolPath, 'spool', '9999.msg')
  const system = (): string => readFileSync(path.join(disk, 'etc/os-release'), 'utf8')
  writeFileSync(late, 'late\n')

  const [run] = await runsOf(lab)
  const resume = async (...words: string[]): ReturnType<typeof lab.run> =>
    await lab.run(['runs', 'resume', run?.id ?? '', ...words])
  const refused = await resume(...only, '--until', 'restored')
  expect([refused.exitCode, refused.stderr]).toEqual([
    8,
    expect.stringMatching(/node-01.* is not as it was archived.*changed since: spool\/9999\.msg/),
  ])
  expect([existsSync(late), system()]).toEqual([true, expect.stringContaining('ID="centos"')])

  const again = await resume('--retry', 'node-01')
  expect([again.exitCode, again.stderr]).toEqual([0, again.stderr])
  expect([readFileSync(late, 'utf8'), system()]).toEqual([
    'late\n',
    expect.not.stringContaining('ID="centos"'),
  ])
}, 600_000)
