import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { LabAccess } from '../../src/model/lab-control.ts'
import { Plan } from '../../src/model/plan.ts'
import { spoolPath } from '../../src/simulate/lab-host.ts'
import { endLabProgram, startLabProgram, type LabProgram } from '../support/lab-program.ts'
import { osferry } from '../support/osferry.ts'

const playbooks = fileURLToPath(new URL('../../playbooks', import.meta.url))

describe('osferry lab', () => {
  let cwd = ''
  let directory = ''
  let lab: LabProgram
  beforeAll(async () => {
    cwd = mkdtempSync(path.join(tmpdir(), 'osferry-lab-e2e-'))
    directory = path.join(cwd, 'lab')
    lab = startLabProgram(['--hosts', '4', '--cluster', '3', '--dir', 'lab', '--seed', '1'], cwd)
    await lab.ready
  })
  afterAll(async () => {
    await endLabProgram(lab)
    rmSync(cwd, { recursive: true, force: true })
  })

  const run = (...args: string[]) => osferry(args, { cwd: directory, env: { HOME: cwd } })

  const access = (): LabAccess =>
    LabAccess.parse(JSON.parse(readFileSync(path.join(directory, '.osferry/lab.json'), 'utf8')))

  it('says what to type, and keeps what is secret to its user', () => {
    expect(lab.said()).toContain(`cd ${directory}`)
    expect(lab.said()).toContain('osferry plan create --options plan-options.yaml')
    for (const name of ['lab_key', '.osferry/lab.json'])
      expect(statSync(path.join(directory, name)).mode & 0o077).toBe(0)
    expect(access().url).toContain('127.0.0.1')
  })

  it('can be collected, assessed with its cluster, and planned with the files that it has written', async () => {
    const collected = await run('collect', '-o', 'json')
    expect(collected.stderr).not.toContain('warning')
    expect(collected.exitCode).toBe(0)
    const { hosts } = JSON.parse(collected.stdout) as { hosts: { host: string; status: string }[] }
    expect(hosts.map(({ host, status }) => [host, status])).toEqual([
      ['host-04', 'complete'],
      ['node-01', 'complete'],
      ['node-02', 'complete'],
      ['node-03', 'complete'],
    ])
    const snapshot = await run('cluster', 'snapshot')
    expect(snapshot.stdout).toMatch(/Nodes: 3 \(3 ready\)\nPods: (\d+) \(\1 Running\)/)
    expect(snapshot.stdout).toContain('3 matched to nodes')
    await run('assess', '--target', 'containeros', '-q')
    const planned = await run('plan', 'create', '--options', 'plan-options.yaml')
    // host-04 has a kubelet, and is a node of no cluster that anybody knows.
    expect([planned.exitCode, planned.stderr]).toEqual([3, expect.stringContaining('1 of 4 hosts')])
    const { nodes, leftOut } = Plan.parse(
      JSON.parse(readFileSync(path.join(directory, 'plan.json'), 'utf8')) as unknown,
    )
    expect(leftOut.map(({ host }) => host)).toEqual(['host-04'])
    expect(nodes.map(({ host }) => host).sort()).toEqual(['node-01', 'node-02', 'node-03'])
    for (const { data, steps } of nodes) {
      const park = { path: spoolPath, action: 'park' }
      expect(data).toContainEqual(expect.objectContaining(park))
      expect(steps.map(({ uses }) => uses)).toContain('data.park')
      const provision = steps.find(({ uses }) => uses === 'host.provision')
      expect(provision?.with).toMatchObject({ provider: 'lab', machine: 'proven' })
    }
    expect(readFileSync(path.join(directory, 'plan.json'), 'utf8')).not.toContain(access().token)
  })

  it('brings a node back to its old disk that has failed past its point of no return', async () => {
    const write = (name: string, text: string): void => writeFileSync(path.join(directory, name), text)
    const playbook = readFileSync(path.join(playbooks, 'centos8-to-containeros.yaml'), 'utf8')
    write('quick.yaml', playbook.replace('stableFor: 1m', 'stableFor: 1s'))
    const options = readFileSync(path.join(directory, 'plan-options.yaml'), 'utf8')
    const strict = options.replace('{ id: lifsea }', '{ id: another }')
    write('strict.yaml', strict.replace('playbook: centos8-to-containeros', 'playbook: ./quick.yaml'))
    const planned = ['plan', 'create', '--options', 'strict.yaml', '--out', 'strict.json']
    const made = await run(...planned)
    expect([made.exitCode, made.stderr]).toEqual([3, expect.stringContaining('1 of 4 hosts')])
    const [, digest = ''] = /sha256 ([0-9a-f]{64})$/m.exec(made.stdout) ?? []
    const applied = await run('apply', 'strict.json', '--playbook', 'quick.yaml', '--approve', digest)
    expect([applied.exitCode, applied.stderr]).toEqual([7, expect.stringContaining('osferry rollback')])
    const listed = JSON.parse((await run('runs', 'list', '-o', 'json')).stdout) as { items: { id: string }[] }
    const { id } = listed.items[0]!
    const shown = JSON.parse((await run('runs', 'show', id, '-o', 'json')).stdout) as {
      nodes: { name: string; status: string }[]
    }
    const failed = shown.nodes.find(({ status }) => status === 'failed')?.name ?? ''
    const disk = path.join(directory, 'machines', failed, 'root')
    expect(existsSync(path.join(disk, spoolPath))).toBe(false)
    const back = await run('rollback', id, '--approve', digest)
    expect([back.exitCode, back.stderr]).toEqual([0, expect.stringContaining(`${failed} back as found`)])
    expect(readFileSync(path.join(disk, 'etc/os-release'), 'utf8')).toContain('ID="centos"')
    expect(readdirSync(path.join(disk, spoolPath))).toEqual(['position.json', 'spool'])
    const again = await run('cluster', 'snapshot')
    expect(again.stdout).toMatch(/Nodes: 3 \(3 ready\)/)
  }, 600_000)

  it('ends with 0 at Ctrl-C, and takes with it what only it could answer for', async () => {
    expect(await endLabProgram(lab)).toBe(0)
    expect(readdirSync(directory)).not.toContain('machines')
    expect(existsSync(path.join(directory, '.osferry/lab.json'))).toBe(false)
    expect(existsSync(path.join(directory, 'inventory.yaml'))).toBe(true)
  })

  it('leaves nothing of a directory that nobody has named', async () => {
    const other = startLabProgram(['--hosts', '2', '--lang', 'zh-CN'], cwd)
    await other.ready
    const [, made = ''] = /cd (\S+)/.exec(other.said()) ?? []
    expect(existsSync(path.join(made, 'inventory.yaml'))).toBe(true)
    expect(await endLabProgram(other)).toBe(0)
    expect(existsSync(made)).toBe(false)
  })

  it.each([
    [['--hosts', '0'], '--hosts'],
    [['--hosts', '501'], 'at most 500'],
    [['--hosts', '2', '--cluster', '3'], '--cluster 3'],
    [['--speed', 'fast'], '--speed'],
  ])('refuses %j', async (args, message) => {
    const { exitCode, stdout, stderr } = await osferry(['lab', ...args], { cwd })
    expect({ exitCode, stdout }).toEqual({ exitCode: 64, stdout: '' })
    expect(stderr).toContain(message)
  })
})
