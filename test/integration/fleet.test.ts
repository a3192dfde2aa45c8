import { createHash } from 'node:crypto'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { spawnSync } from 'node:child_process'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { HostFacts } from '../../src/model/facts.ts'
import { personalities } from '../support/fleet/personalities.ts'
import { rootOf, startFleet, type Fleet } from '../support/fleet/start.ts'
import { osferry } from '../support/osferry.ts'

/** Fifty real sshd hosts of eight kinds, through the built command line. */
const count = 50
let fleet: Fleet

beforeAll(async () => {
  fleet = await startFleet(
    Array.from({ length: count }, (_, index) => ({
      name: `node${String(index + 1).padStart(2, '0')}`,
      personality: personalities[index % personalities.length]!.name,
    })),
  )
})
afterAll(() => fleet.stop())

/** All fifty share this machine's cores: a slow one lets commands run into their time limits, which is not what is tested. */
const gently = ['--concurrency', '12']

describe.each(['ssh2', 'openssh'])('fifty hosts over %s', (backend) => {
  it('collects every fact of every host, assesses and reports', async () => {
    const cwd = workspace({ backend })
    const collect = await osferry(['collect', '-o', 'json', ...gently], { cwd })
    expect(collect.stderr).not.toMatch(/error|failed/)
    expect(collect.exitCode).toBe(0)
    const facts = factsIn(cwd)
    expect(facts).toHaveLength(count)
    expect(
      facts.filter((host) => host.status !== 'complete').map((host) => [host.host.name, host.failure]),
    ).toEqual([])
    expect(new Set(facts.map((host) => host.collection.via))).toEqual(new Set([backend]))
    expect(facts.every((host) => host.collection.privilege === 'root')).toBe(true)

    const assess = await osferry(['assess', '-o', 'json'], { cwd })
    const assessment = JSON.parse(assess.stdout) as {
      hosts: { host: { name: string } }[]
      summary: { hosts: number }
    }
    expect(assessment.summary.hosts).toBe(count)
    expect(assessment.hosts).toHaveLength(count)
    expect(assess.exitCode).toBe(2)

    const report = await osferry(
      [
        'report',
        '--format',
        'html',
        '--format',
        'json',
        '--format',
        'csv',
        '--format',
        'md',
        '--format',
        'junit',
      ],
      { cwd },
    )
    expect(report.exitCode).toBe(0)
    const written = fs.readdirSync(path.join(cwd, 'osferry-report'))
    expect(written.map((file) => path.extname(file)).toSorted()).toEqual([
      '.csv',
      '.html',
      '.json',
      '.md',
      '.xml',
    ])
    expect(fs.readFileSync(path.join(cwd, 'osferry-report', 'report.html'), 'utf8')).not.toContain('<script')
  })
})

describe('what each kind of host is judged to be', () => {
  it('tells the ready, the blocked and the half-converted apart', async () => {
    const cwd = workspace({})
    expect((await osferry(['collect', ...gently], { cwd })).exitCode).toBe(0)
    const assess = await osferry(['assess', '-o', 'json'], { cwd })
    const { hosts } = JSON.parse(assess.stdout) as {
      hosts: {
        host: { name: string; labels: Record<string, string> }
        targets: {
          target: string
          verdict: string
          findings: { key: string; status: string; severity: string }[]
        }[]
      }[]
    }
    const findings = (kind: string, target: string) => {
      const host = hosts.find(({ host }) => host.labels['personality'] === kind)
      const judged = host?.targets.find((entry) => entry.target === target)
      return {
        verdict: judged?.verdict,
        keys: judged?.findings.filter(({ status }) => status === 'fail').map(({ key }) => key) ?? [],
      }
    }
    const table = personalities.map(({ name }) => [
      name,
      ...['anolis-rhck', 'anolis-anck', 'containeros'].map((target) => findings(name, target).verdict),
    ])
    expect(table).toMatchInlineSnapshot(`
      [
        [
          "plain-worker",
          "READY_WITH_ACTIONS",
          "READY_WITH_ACTIONS",
          "READY_WITH_ACTIONS",
        ],
        [
          "docker-node",
          "READY_WITH_ACTIONS",
          "READY_WITH_ACTIONS",
          "BLOCKED",
        ],
        [
          "old-with-module",
          "BLOCKED",
          "BLOCKED",
          "BLOCKED",
        ],
        [
          "gpu-node",
          "READY_WITH_ACTIONS",
          "READY_WITH_ACTIONS",
          "BLOCKED",
        ],
        [
          "control-plane",
          "READY_WITH_ACTIONS",
          "READY_WITH_ACTIONS",
          "BLOCKED",
        ],
        [
          "bonded-vlan",
          "UNKNOWN",
          "BLOCKED",
          "BLOCKED",
        ],
        [
          "stream-host",
          "READY_WITH_ACTIONS",
          "READY_WITH_ACTIONS",
          "READY_WITH_ACTIONS",
        ],
        [
          "half-converted",
          "BLOCKED",
          "BLOCKED",
          "READY_WITH_ACTIONS",
        ],
      ]
    `)
    expect(findings('docker-node', 'containeros').keys).toEqual(
      expect.arrayContaining(['docker-to-containerd', 'local-only-images']),
    )
    expect(findings('old-with-module', 'anolis-anck').keys).toEqual(
      expect.arrayContaining(['kernel-out-of-tree-modules', 'kernel-newest-booted']),
    )
    expect(findings('half-converted', 'anolis-rhck').keys).toEqual(
      expect.arrayContaining(['os-half-converted']),
    )
    expect(findings('bonded-vlan', 'anolis-anck').keys).toEqual(expect.arrayContaining(['nfs-mount-options']))
    expect(findings('control-plane', 'containeros').keys).toEqual(expect.arrayContaining(['etcd-on-host']))
  })
})

describe('reach', () => {
  it.each(['ssh2', 'openssh'])('goes through a jump host, all of its hosts at once (%s)', async (backend) => {
    const jump = fleet.hosts[0]!
    const cwd = workspace({ jump: [`root@${jump.address}:${jump.port}`], backend })
    const run = await osferry(['collect', '--concurrency', '50'], { cwd })
    expect(run.stderr).not.toMatch(/failed/)
    expect(run.exitCode).toBe(0)
    const facts = factsIn(cwd)
    expect(facts).toHaveLength(count)
    expect(new Set(facts.map(({ status, collection }) => `${status} ${collection.via}`))).toEqual(
      new Set([`complete ${backend}`]),
    )
  })

  it.each(['ssh2', 'openssh'])(
    'uses sudo without and with a password, and says why it could not (%s)',
    async (backend) => {
      const env = { SUDO_SECRET: 'correct horse' }
      const ops = workspace({ user: 'ops', become: 'sudo', backend })
      expect((await osferry(['collect', ...gently], { cwd: ops })).exitCode).toBe(0)
      const asOps = factsIn(ops).map(({ status, collection }) => `${status} ${collection.privilege}`)
      expect(asOps).toEqual(Array.from({ length: count }, () => 'complete sudo'))

      const deploy = workspace({ user: 'deploy', become: 'sudo', becomePassword: 'env:SUDO_SECRET', backend })
      expect((await osferry(['collect', '-l', 'host=node01'], { cwd: deploy, env })).exitCode).toBe(0)
      expect(factsIn(deploy).map((host) => [host.status, host.collection.privilege])).toEqual([
        ['complete', 'sudo'],
      ])
      expect(allText(deploy)).not.toContain('correct horse')

      const needsPassword = workspace({ user: 'deploy', become: 'sudo', backend })
      const asked = await osferry(['collect', '-l', 'host=node01', '-o', 'json'], { cwd: needsPassword })
      expect(asked.exitCode).toBe(3)
      expect(factsIn(needsPassword).map((host) => host.failure?.code)).toEqual(['HOST_SUDO_PASSWORD'])

      const viewer = workspace({ user: 'viewer', become: 'sudo', backend })
      expect((await osferry(['collect', '-l', 'host=node01'], { cwd: viewer })).exitCode).toBe(3)
      expect(factsIn(viewer)[0]?.failure?.code).toBe('HOST_SUDO_PASSWORD')
    },
  )
})

describe('a login without root', () => {
  it.each(['ssh2', 'openssh'])('takes nothing that it may not see for absent (%s)', async (backend) => {
    const cwd = workspace({ user: 'viewer', become: 'none', backend })
    const collect = await osferry(['collect', '-l', 'host=node0*'], { cwd })
    expect(collect.exitCode).toBe(3)
    const facts = factsIn(cwd)
    expect(facts.map((host) => host.collection.privilege)).toEqual(facts.map(() => 'user'))

    const controlPlane = facts.find((host) => host.host.labels['role'] === 'control-plane')!
    expect(controlPlane.facts.etcd).toMatchObject({ status: 'unavailable', reason: 'permission-denied' })
    expect(controlPlane.facts.kubeadm).toMatchObject({ status: 'unavailable', reason: 'permission-denied' })
    expect(controlPlane.facts.kubelet).toMatchObject({
      status: 'ok',
      value: { certificates: null },
      degraded: expect.stringContaining('/var/lib/kubelet'),
    })
    for (const host of facts) {
      expect(host.facts.boot).toMatchObject({ value: { grubenvHidden: true }, degraded: /boot\/grub2/ })
    }

    const assess = await osferry(['assess', '-o', 'json'], { cwd })
    const { hosts } = JSON.parse(assess.stdout) as {
      hosts: {
        host: { name: string }
        targets: { verdict: string; findings: { key: string; status: string }[] }[]
      }[]
    }
    const verdicts = new Set(hosts.flatMap(({ targets }) => targets.map(({ verdict }) => verdict)))
    expect([...verdicts].filter((verdict) => !['BLOCKED', 'UNKNOWN'].includes(verdict))).toEqual([])
    const judged = hosts.find(({ host }) => host.name === controlPlane.host.name)!.targets
    for (const { findings } of judged) {
      const status = (key: string) => findings.find((finding) => finding.key === key)?.status
      expect([status('etcd-on-host'), status('control-plane-role')]).toEqual(['unknown', 'unknown'])
    }
  })
})

describe('promises', () => {
  it('changes nothing: the tree of a host is the same before and after, and cannot be written', async () => {
    const host = fleet.hosts[4]!
    const root = rootOf(host)
    const before = checksum(root)
    const cwd = workspace({})
    expect((await osferry(['collect', '--deep', '-l', `host=${host.name}`], { cwd })).exitCode).toBe(0)
    expect(factsIn(cwd)[0]?.facts.modifiedFiles?.status).toBe('ok')
    expect(checksum(root)).toBe(before)
    expect(spawnSync('touch', [path.join(root, 'etc/osferry')]).status).not.toBe(0)
  })

  it('carries no secret of a host into facts, assessment or report', async () => {
    const cwd = workspace({})
    await osferry(['collect'], { cwd })
    await osferry(['assess'], { cwd })
    await osferry(['report'], { cwd })
    const text = allText(cwd)
    expect(text.length).toBeGreaterThan(100_000)
    expect(text).not.toMatch(/OSFERRY-CANARY|T1NGRVJSWS1DQU5BUlk/)
  })

  it('reads bundles that were made by hand on the hosts', async () => {
    const cwd = workspace({})
    const script = await osferry(['inventory', 'script'], { cwd })
    expect(script.exitCode).toBe(0)
    fs.mkdirSync(path.join(cwd, 'bundles'))
    for (const host of fleet.hosts.slice(0, 3)) {
      const args = [
        '-i',
        fleet.keyFile,
        '-p',
        String(host.port),
        '-o',
        `UserKnownHostsFile=${fleet.knownHostsFile}`,
        `root@${host.address}`,
        'sh',
        '-s',
      ]
      const run = spawnSync('ssh', args, { input: script.stdout, maxBuffer: 64 << 20 })
      fs.writeFileSync(path.join(cwd, 'bundles', `${host.name}.bundle`), run.stdout)
    }
    const read = await osferry(['collect', '--from-bundle', 'bundles'], { cwd })
    expect(read.stderr).not.toMatch(/failed/)
    expect(factsIn(cwd).map((host) => [host.host.name, host.status, host.collection.via])).toEqual(
      ['node01', 'node02', 'node03'].map((name) => [name, 'complete', 'bundle']),
    )
  })
})

function workspace(ssh: Readonly<Record<string, unknown>>): string {
  const cwd = fs.mkdtempSync(path.join(os.tmpdir(), 'osferry-test-'))
  fs.writeFileSync(path.join(cwd, 'inventory.yaml'), fleet.inventory(ssh))
  return cwd
}

function factsIn(cwd: string): HostFacts[] {
  const folder = path.join(cwd, '.osferry', 'facts')
  const files = fs
    .readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .toSorted()
  return files.map((file) => HostFacts.parse(JSON.parse(fs.readFileSync(path.join(folder, file), 'utf8'))))
}

function allText(cwd: string): string {
  const files = fs
    .readdirSync(cwd, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
  return files.map((entry) => fs.readFileSync(path.join(entry.parentPath, entry.name), 'utf8')).join('\n')
}

/** Names, types, modes, owners, times and content of everything below a root, but for its live procfs. */
function checksum(root: string): string {
  const list = String.raw`cd "$1" && find . -path ./run/realproc -prune -o -printf '%p %y %m %U %G %s %T@ %l\n' | sort && find . -path ./run/realproc -prune -o -type f -size -2000k -exec sha256sum {} + | sort`
  const run = spawnSync('sh', ['-c', list, 'sh', root], { maxBuffer: 256 << 20 })
  expect(run.stderr.toString()).toBe('')
  return createHash('sha256').update(run.stdout).digest('hex')
}
