import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { HostFacts } from '../../src/model/facts.ts'
import { startFleet, type Fleet, type HostRequest } from '../support/fleet/start.ts'
import { osferry } from '../support/osferry.ts'

/** Hosts that hang, flood, lie or are not there, among good ones. */
const hosts: readonly HostRequest[] = [
  ...Array.from({ length: 6 }, (_, index) => ({ name: `good${index}`, personality: 'plain-worker' })),
  { name: 'hangs', personality: 'plain-worker', fault: 'hang' },
  { name: 'floods', personality: 'plain-worker', fault: 'flood' },
  { name: 'prints-binary', personality: 'plain-worker', fault: 'binary' },
  { name: 'cuts-frame', personality: 'plain-worker', fault: 'cut-frame' },
  { name: 'prints-escapes', personality: 'plain-worker', fault: 'escapes' },
  { name: 'is-silent', personality: 'plain-worker', fault: 'silent' },
  { name: 'is-refused', personality: 'plain-worker', fault: 'refused' },
  { name: 'changed-key', personality: 'plain-worker' },
  { name: 'unknown-key', personality: 'plain-worker' },
  { name: 'denies-login', personality: 'plain-worker', sshdConfig: ['AuthorizedKeysFile /etc/ssh/nobody'] },
  {
    name: 'hostile-text',
    personality: 'plain-worker',
    files: {
      'etc/os-release':
        'NAME="CentOS Linux"\nID="centos"\nVERSION_ID="8"\nPRETTY_NAME="\u001B[2J\u001B]0;owned\u0007\u202Egnp.exe <script>alert(1)</script>"\n',
    },
  },
]
let fleet: Fleet
let cwd: string

beforeAll(async () => {
  fleet = await startFleet(hosts, { network: 76 })
  cwd = fs.mkdtempSync(path.join(os.tmpdir(), 'osferry-faults-'))
  fs.writeFileSync(path.join(cwd, 'inventory.yaml'), fleet.inventory({ connectTimeoutMs: 5000 }))
  spoilKnownHosts()
})
afterAll(() => fleet.stop())

it.each(['ssh2', 'openssh'])(
  'gives every fault its own code, and the others finish (%s)',
  async (backend) => {
    fs.rmSync(path.join(cwd, '.osferry'), { recursive: true, force: true })
    const run = await osferry(['collect', '--timeout', '15', '--ssh-backend', backend, '-o', 'json'], { cwd })
    expect(run.exitCode).toBe(3)
    const facts = factsByName()
    const outcome = Object.fromEntries(
      [...facts].map(([name, host]) => [name, host.status === 'failed' ? host.failure?.code : host.status]),
    )
    expect(outcome).toEqual({
      good0: 'complete',
      good1: 'complete',
      good2: 'complete',
      good3: 'complete',
      good4: 'complete',
      good5: 'complete',
      hangs: 'HOST_TIMEOUT',
      floods: 'HOST_FLOODED',
      'prints-binary': 'HOST_ANSWER_INVALID',
      'cuts-frame': 'partial',
      'prints-escapes': 'complete',
      'is-silent': 'HOST_ANSWER_INVALID',
      'is-refused': 'HOST_REFUSED',
      'changed-key': 'HOST_KEY_CHANGED',
      'unknown-key': 'HOST_KEY_UNKNOWN',
      'denies-login': 'HOST_AUTH_FAILED',
      'hostile-text': 'complete',
    })
    const changed = facts.get('changed-key')?.failure
    expect(changed?.message.match(/SHA256:[A-Za-z0-9+/]+/g)?.length).toBe(2)
    expect(`${changed?.message} ${changed?.hint}`).toMatch(/known_hosts:\d+/)
    expect(facts.get('cuts-frame')?.failure?.message).toMatch(/end frame|announces/)
    expect(facts.get('cuts-frame')?.facts.osRelease?.status).toBe('ok')
    expect(run.stdout + run.stderr).not.toMatch(/[^\P{Cc}\n\t]|[\u202A-\u202E]/u)
    expect(JSON.stringify(facts.get('hostile-text'))).not.toMatch(/\\u001b|\u202E/)
  },
)

it('never calls a host ready that it could not read, and lists it', async () => {
  const assess = await osferry(['assess', '-o', 'json'], { cwd })
  const { hosts: judged } = JSON.parse(assess.stdout) as {
    hosts: { host: { name: string }; facts: { failure?: { code: string } }; targets: { verdict: string }[] }[]
  }
  expect(judged).toHaveLength(hosts.length)
  for (const name of ['hangs', 'floods', 'is-refused', 'changed-key', 'cuts-frame']) {
    const host = judged.find((entry) => entry.host.name === name)
    expect([name, new Set(host?.targets.map(({ verdict }) => verdict))]).toEqual([name, new Set(['UNKNOWN'])])
  }
})

it('continues with --only-missing where the last run failed', async () => {
  const before = fs.statSync(path.join(cwd, '.osferry', 'facts', 'good0.json')).mtimeMs
  fs.writeFileSync(
    fleet.knownHostsFile,
    fleet.hosts.map((host) => `[${host.address}]:${host.port} ${host.publicKey}\n`).join(''),
  )
  const run = await osferry(
    ['collect', '--only-missing', '--timeout', '8', '-l', 'host in (changed-key, unknown-key, good0)'],
    { cwd },
  )
  expect([run.exitCode, run.stderr]).toEqual([0, expect.any(String)])
  expect(factsByName().get('changed-key')?.status).toBe('complete')
  expect(fs.statSync(path.join(cwd, '.osferry', 'facts', 'good0.json')).mtimeMs).toBe(before)
})

it('saves what is complete when it is interrupted, and says how to go on', async () => {
  fs.rmSync(path.join(cwd, '.osferry'), { recursive: true, force: true })
  const run = await osferry(['collect', '--timeout', '60', '-l', 'host in (good0, good1, good2, hangs)'], {
    cwd,
    started: (child) => {
      const timer = setInterval(() => {
        if (!fs.existsSync(path.join(cwd, '.osferry', 'facts', 'good2.json'))) return
        clearInterval(timer)
        child.kill('SIGINT')
        setTimeout(() => child.kill('SIGINT'), 500)
      }, 100)
      child.once('exit', () => clearInterval(timer))
    },
  })
  expect(run.exitCode).toBe(130)
  expect(run.stderr).toContain('--only-missing')
  expect([...factsByName()].filter(([, host]) => host.status === 'complete').map(([name]) => name)).toEqual(
    expect.arrayContaining(['good2']),
  )
  expect(
    fs.readdirSync(path.join(cwd, '.osferry', 'facts')).filter((file) => !file.endsWith('.json')),
  ).toEqual([])
})

/** Another key for `changed-key`, and no line for `unknown-key`. */
function spoilKnownHosts(): void {
  const other = path.join(fleet.directory, 'other')
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', other])
  const otherKey = fs.readFileSync(`${other}.pub`, 'utf8').trim()
  const lines = fleet.hosts.flatMap((host) => {
    const label = `[${host.address}]:${host.port}`
    if (host.name === 'unknown-key') return []
    return [`${label} ${host.name === 'changed-key' ? otherKey : host.publicKey}\n`]
  })
  fs.writeFileSync(fleet.knownHostsFile, lines.join(''))
}

function factsByName(): Map<string, HostFacts> {
  const folder = path.join(cwd, '.osferry', 'facts')
  const files = fs.readdirSync(folder).filter((file) => file.endsWith('.json'))
  return new Map(
    files.map((file) => {
      const host = HostFacts.parse(JSON.parse(fs.readFileSync(path.join(folder, file), 'utf8')))
      return [host.host.name, host] as const
    }),
  )
}
