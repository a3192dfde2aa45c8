import fs from 'node:fs'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { personalities } from '../support/fleet/personalities.ts'
import { pythonLayer } from '../support/fleet/python-layer.ts'
import { startFleet, type Fleet } from '../support/fleet/start.ts'
import { bin, osferry } from '../support/osferry.ts'
import { startDelayLink } from './delay-link.ts'
import { createGroup, leaveGroups, measure, median, printTable, ratio, type Measurement } from './measure.ts'

/**
 * osferry against ansible, parallel-ssh and plain ssh on the same real sshd hosts, in turn. Controller and hosts are in
 * control groups of their own, so their CPU is exact; wall time is for ratios only.
 */
const { values } = parseArgs({
  options: {
    hosts: { type: 'string', default: '50,200' },
    rounds: { type: 'string', default: '3' },
    limits: { type: 'boolean', default: false },
  },
})

interface Sample extends Measurement {
  hostsCpuMs: number
  failed: number
}

for (const count of values.hosts.split(',').map(Number)) await compare(count)

async function compare(count: number): Promise<void> {
  const hostsGroup = createGroup(`hosts-${count}`)
  hostsGroup.enter(process.pid)
  const fleet = await startFleet(
    Array.from({ length: count }, (_, index) => ({
      name: `n${index}`,
      personality: personalities[index % personalities.length]?.name ?? '',
    })),
    { network: 74, extraLayers: [pythonLayer()], scratch: true },
  )
  leaveGroups(process.pid)
  try {
    const runs = await contenders(fleet)
    const samples = new Map<string, Sample[]>()
    for (let round = 0; round < Number(values.rounds); round += 1) {
      for (const [name, run] of Object.entries(runs)) {
        const before = hostsGroup.cpuMs()
        const result = await run()
        samples.set(name, [
          ...(samples.get(name) ?? []),
          { ...result, hostsCpuMs: hostsGroup.cpuMs() - before },
        ])
      }
    }
    show(count, samples)
    await oneHostFarAway(fleet)
    if (values.limits) await limits(fleet)
  } finally {
    await fleet.stop()
    hostsGroup.remove()
  }
}

type Run = () => Promise<Measurement & { failed: number }>

async function contenders(fleet: Fleet): Promise<Record<string, Run>> {
  const cwd = fleet.directory
  fs.writeFileSync(path.join(cwd, 'inventory.yaml'), fleet.inventory())
  const script = await osferry(['inventory', 'script', '--set', 'basic'], { cwd })
  fs.writeFileSync(
    path.join(cwd, 'hosts.txt'),
    fleet.hosts.map((host) => `${host.address}:${host.port}\n`).join(''),
  )
  fs.writeFileSync(path.join(cwd, 'addresses'), fleet.hosts.map((host) => `${host.address}\n`).join(''))
  const ssh = ['-F', sshConfig(fleet)]
  const ansible = ansibleFiles(fleet)
  return {
    'osferry basic': collect(cwd, 'basic'),
    'osferry full': collect(cwd, 'full'),
    'ansible setup, pipelining': setup(cwd, ansible, { ANSIBLE_PIPELINING: '1' }),
    'ansible setup, default': setup(cwd, ansible, {}),
    'parallel-ssh, basic script': async () => {
      const argv = [
        'parallel-ssh',
        '-h',
        'hosts.txt',
        '-p',
        '50',
        '-t',
        '300',
        '-l',
        'root',
        '-I',
        '-o',
        'pssh-out',
        ...pssh(fleet),
        'sh -s',
      ]
      const run = await measure(argv, { cwd, stdin: script.stdout })
      return { ...run, failed: run.stdout.split('\n').filter((line) => line.includes('[FAILURE]')).length }
    },
    'xargs ssh true': async () => {
      const run = await measure(['xargs', '-P50', '-I{}', 'ssh', ...ssh, '{}', 'true'], {
        cwd,
        stdin: fs.readFileSync(path.join(cwd, 'addresses'), 'utf8'),
      })
      return { ...run, failed: run.exitCode === 0 ? 0 : 1 }
    },
  }
}

function collect(cwd: string, set: string, extra: readonly string[] = []): Run {
  return async () => {
    fs.rmSync(path.join(cwd, '.osferry'), { recursive: true, force: true })
    const run = await measure(
      [process.execPath, bin, 'collect', '--set', set, '--timeout', '300', ...extra],
      { cwd },
    )
    const folder = path.join(cwd, '.osferry', 'facts')
    const failed = fs
      .readdirSync(folder)
      .filter(
        (file) =>
          (JSON.parse(fs.readFileSync(path.join(folder, file), 'utf8')) as { status: string }).status ===
          'failed',
      )
    return { ...run, failed: failed.length }
  }
}

function setup(cwd: string, inventory: string, env: Readonly<Record<string, string>>): Run {
  return async () => {
    const run = await measure(['ansible', '-i', inventory, 'all', '-m', 'setup', '-f', '50'], {
      cwd,
      env: { ANSIBLE_CONFIG: path.join(cwd, 'ansible.cfg'), ...env },
    })
    return {
      ...run,
      failed: run.stdout.split('\n').filter((line) => /(UNREACHABLE|FAILED)!/.test(line)).length,
    }
  }
}

function ansibleFiles(fleet: Fleet): string {
  const file = path.join(fleet.directory, 'ansible-hosts')
  fs.writeFileSync(
    file,
    fleet.hosts
      .map(
        (host) =>
          `${host.name} ansible_host=${host.address} ansible_port=${host.port} ansible_user=root ansible_python_interpreter=/usr/bin/python3\n`,
      )
      .join(''),
  )
  fs.writeFileSync(
    path.join(fleet.directory, 'ansible.cfg'),
    `[defaults]\nremote_tmp=/tmp/ansible\nhost_key_checking=True\nprivate_key_file=${fleet.keyFile}\n[ssh_connection]\nssh_args=-F ${sshConfig(fleet)} -o ControlMaster=auto -o ControlPersist=60s\ncontrol_path_dir=${fleet.directory}/cp\n`,
  )
  return file
}

/** The same algorithms for everyone: OpenSSH 9's post-quantum default would cost the ssh tools seven times as much. */
function sshConfig(fleet: Fleet): string {
  const file = path.join(fleet.directory, 'ssh_config')
  fs.writeFileSync(
    file,
    `Host *\n  User root\n  Port ${fleet.hosts[0]?.port}\n  IdentityFile ${fleet.keyFile}\n  IdentitiesOnly yes\n  UserKnownHostsFile ${fleet.knownHostsFile}\n  KexAlgorithms curve25519-sha256\n  BatchMode yes\n`,
  )
  return file
}

function pssh(fleet: Fleet): string[] {
  return [
    '-O',
    `IdentityFile=${fleet.keyFile}`,
    '-O',
    `UserKnownHostsFile=${fleet.knownHostsFile}`,
    '-O',
    'KexAlgorithms=curve25519-sha256',
  ]
}

function show(count: number, samples: ReadonlyMap<string, readonly Sample[]>): void {
  const of = (name: string, field: 'wallMs' | 'cpuMs' | 'hostsCpuMs' | 'peakMiB'): number =>
    median((samples.get(name) ?? []).map((sample) => sample[field]))
  const base = 'ansible setup, pipelining'
  console.log(`\n${count} hosts, medians of ${values.rounds} rounds in turn; ratios are against ${base}`)
  printTable([
    [
      'run',
      'wall s',
      'ratio',
      'controller CPU ms/host',
      'ratio',
      'hosts CPU ms/host',
      'ratio',
      'peak MiB',
      'ratio',
      'failed',
    ],
    ...[...samples].map(([name, list]) => [
      name,
      (of(name, 'wallMs') / 1000).toFixed(2),
      ratio(of(name, 'wallMs'), of(base, 'wallMs')),
      (of(name, 'cpuMs') / count).toFixed(1),
      ratio(of(name, 'cpuMs'), of(base, 'cpuMs')),
      (of(name, 'hostsCpuMs') / count).toFixed(1),
      ratio(of(name, 'hostsCpuMs'), of(base, 'hostsCpuMs')),
      of(name, 'peakMiB').toFixed(0),
      ratio(of(name, 'peakMiB'), of(base, 'peakMiB')),
      String(Math.max(...list.map((sample) => sample.failed))),
    ]),
  ])
}

/** One host behind a link of 20 ms round trip: complete basic facts against `ssh host true`. */
async function oneHostFarAway(fleet: Fleet): Promise<void> {
  const host = fleet.hosts[0]
  if (host === undefined) return
  const link = await startDelayLink({ host: host.address, port: host.port, oneWayMs: 10 })
  const cwd = fs.mkdtempSync(path.join(fleet.directory, 'far-'))
  const known = path.join(cwd, 'known_hosts')
  fs.writeFileSync(known, `[127.0.0.1]:${link.port} ${host.publicKey}\n`)
  fs.writeFileSync(
    path.join(cwd, 'inventory.yaml'),
    JSON.stringify({
      schema: 'inventory/v1',
      hosts: [
        {
          name: 'far',
          address: '127.0.0.1',
          ssh: { port: link.port, user: 'root', identityFiles: [fleet.keyFile], knownHostsFiles: [known] },
        },
      ],
    }),
  )
  const ssh = [
    'ssh',
    '-F',
    sshConfig(fleet),
    '-p',
    String(link.port),
    '-o',
    `UserKnownHostsFile=${known}`,
    '127.0.0.1',
    'true',
  ]
  const mine: number[] = []
  const connected: number[] = []
  const theirs: number[] = []
  for (let round = 0; round < 7; round += 1) {
    theirs.push((await measure(ssh, { cwd })).wallMs)
    const run = await collect(cwd, 'basic', ['--quiet', '-o', 'ndjson'])()
    if (run.failed > 0) throw new Error('the far host failed')
    mine.push(run.wallMs)
    connected.push(Number(/"durationMs":(\d+)/.exec(run.stdout)?.[1]))
  }
  link.stop()
  console.log('\none host at 20 ms round trip, medians of 7')
  printTable([
    ['what', 'ms', 'x ssh host true'],
    ['ssh host true, whole process', median(theirs).toFixed(0), '1.00x'],
    ...(
      [
        ['osferry collect --set basic, connecting to facts saved', connected],
        ['the same, whole process', mine],
      ] as const
    ).map(([what, times]) => [what, median(times).toFixed(0), ratio(median(times), median(theirs))]),
  ])
}

/** No host may fail at any concurrency, directly or through one jump host with sshd's default MaxStartups. */
async function limits(fleet: Fleet): Promise<void> {
  const jump = fleet.hosts[0]
  const rows = [['concurrency', 'way', 'failed', 'wall s']]
  for (const concurrency of ['1', '50', '200', '500']) {
    for (const way of ['direct', 'one jump host'] as const) {
      const cwd = fs.mkdtempSync(path.join(fleet.directory, 'limits-'))
      fs.writeFileSync(
        path.join(cwd, 'inventory.yaml'),
        fleet.inventory(way === 'direct' ? {} : { jump: [`root@${jump?.address}:${jump?.port}`] }),
      )
      const run = await collect(cwd, 'basic', ['--concurrency', concurrency])()
      rows.push([concurrency, way, String(run.failed), (run.wallMs / 1000).toFixed(1)])
    }
  }
  console.log('')
  printTable(rows)
}
