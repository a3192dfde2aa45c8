import { execFile, execFileSync } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { factsDirectory } from '../../src/cli/state-paths.ts'
import { writeFacts } from '../../src/inventory/facts-store.ts'
import { newBootToken } from '../../src/provision/boot-token.ts'
import { bootUrlsIn, type BootUrl } from '../../src/provision/boot-urls.ts'
import { startBootProgram, type BootProgram } from '../support/boot-program.ts'
import { commandContext } from '../support/command-context.ts'
import { factsWith } from '../support/facts-fixture.ts'
import { healthyWorker } from '../support/healthy-worker.ts'
import { ignitionFetch } from '../support/ignition-program.ts'
import { bootFromNetwork, tinyKernel, type NetworkMachine } from '../support/network-machine.ts'
import { osferry } from '../support/osferry.ts'
import { wholeProfile } from '../support/whole-profile.ts'

const config = '{"ignition":{"version":"3.3.0"},"storage":{"directories":[{"path":"/etc/from-here"}]}}\n'
const hour = 3_600_000
const machine: NetworkMachine = {
  mac: '52:54:00:ab:cd:ef',
  // Its bytes tell whether somebody turns them round.
  uuid: '01234567-89ab-cdef-0123-456789abcdef',
  serial: 'Node 7+A',
}
const askedAs = 'mac=52-54-00-ab-cd-ef&uuid=01234567-89ab-cdef-0123-456789abcdef&serial=Node%207+A'

let directory = ''
const ends: (() => Promise<unknown>)[] = []
const sha256 = (bytes: Buffer | string): string => createHash('sha256').update(bytes).digest('hex')
const kernel = tinyKernel()
const initramfs = randomBytes(3000)
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'osferry-ipxe-'))
  writeFileSync(join(directory, 'vmlinuz'), kernel)
  writeFileSync(join(directory, 'initrd.img'), initramfs)
  writeFileSync(join(directory, 'worker-1.ign'), config)
  mkdirSync(join(directory, '.osferry/boot/urls'), { recursive: true })
})
afterEach(async () => {
  for (const end of ends.splice(0)) await end()
  rmSync(directory, { recursive: true })
})

interface Served extends BootProgram {
  https: string
  http: string
  /** Asks for a script over HTTP, or HTTPS. */
  script(query: string, over?: string): Promise<string>
  alarms(): unknown[]
}

async function serve(...more: string[]): Promise<Served> {
  const files = [`vmlinuz=${sha256(kernel)}`, `initrd.img=${sha256(initramfs)}`]
  const words = files.flatMap((file) => ['--artifact', file])
  const program = await startBootProgram([...words, ...more], directory)
  ends.push(() => program.end())
  const [https = '', http = ''] = program.urls
  writeFileSync(join(directory, 'ca.pem'), program.certificateAuthority)
  return {
    ...program,
    https,
    http,
    script: (query, over = http) => curl(`${over}/script?${query}`),
    alarms: () => program.lines.filter(({ event }) => event === 'alarm'),
  }
}

async function curl(url: string, ...more: string[]): Promise<string> {
  const words = [
    '-s',
    '--path-as-is',
    '-w',
    '%{http_code}',
    '--cacert',
    join(directory, 'ca.pem'),
    ...more,
    url,
  ]
  return (await promisify(execFile)('curl', words)).stdout
}

/** An address for that machine, as `osferry boot ipxe` makes it. */
async function mint({ network, ...changes }: Partial<BootUrl> = {}): Promise<BootUrl> {
  const url: BootUrl = {
    schema: 'boot-url/v1',
    id: newBootToken().id,
    verifier: null,
    progress: null,
    node: 'worker-1',
    config: { path: join(directory, 'worker-1.ign'), sha256: sha256(config) },
    mintedAt: new Date().toISOString(),
    expiresAt: new Date(Date.now() + hour).toISOString(),
    machine: { macs: [machine.mac], uuid: machine.uuid, serial: machine.serial, machineId: null },
    network: {
      over: 'http',
      server: 'https://127.0.0.1:1',
      kernel: { name: 'vmlinuz', sha256: sha256(kernel) },
      initramfs: [{ name: 'initrd.img', sha256: sha256(initramfs) }],
      arguments: [],
      ...network,
    },
    ...changes,
  }
  await bootUrlsIn(join(directory, '.osferry/boot/urls')).add(url)
  return url
}

const installs =
  /^#!ipxe\necho osferry: installs the system of worker-1\nkernel .*\/ignition\/[0-9a-f]{16}\.\S{43} /
const local = /^#!ipxe\necho osferry: no installation is due/

describe('osferry boot ipxe', () => {
  it('lets the real iPXE boot the installer of its profile, and its disk once the address was used', async () => {
    const served = await serve()
    await writeProfileAndFacts()
    const words = ['boot', 'ipxe', 'worker-1', 'worker-1.ign', '--profile', './ours.yaml']
    const made = await osferry([...words, '--server', served.https, '--over', 'http'], { cwd: directory })
    expect(made).toMatchObject({
      exitCode: 0,
      stderr: expect.stringContaining('worker-1 is installed when iPXE'),
    })
    expect(made.stdout).toContain(`${served.https}/ignition/MADE-WHEN-ASKED`)

    const port = Number(new URL(served.http).port)
    const { what, line } = await bootFromNetwork(port, machine)
    expect(what).toBe('kernel')
    const [address = '', telling = ''] = line.match(/https:\S+/g) ?? []
    expect(line).toBe(
      `initrd=initramfs0 initrd=authority console=ttyS0 ignition.platform.id=metal ignition.config.url=${address} osferry.progress=${telling}`,
    )
    expect(await loaded(served, 5)).toEqual([
      'boot.ipxe',
      'install-script worker-1',
      'artifacts vmlinuz',
      'artifacts initrd.img',
      'authority.cpio',
    ])
    expect(served.lines[0]).toMatchObject({ isEncrypted: false, status: 200 })

    expect(await curl(telling, '-d', '{"stage":"installer-started"}')).toBe('noted\n200')
    await expect
      .poll(() => served.lines)
      .toContainEqual(
        expect.objectContaining({ event: 'progress', node: 'worker-1', stage: 'installer-started' }),
      )

    expect(await fetchedByIgnition(address, served.http)).toContain('/etc/from-here')
    expect((await bootFromNetwork(port, machine)).what).toBe('disk')
    expect((await loaded(served, 11)).slice(9)).toEqual(['boot.ipxe', 'local-script worker-1'])
    expect(served.said() + JSON.stringify(served.lines)).not.toContain(address.split('.').at(-1))
    expect(served.said() + JSON.stringify(served.lines)).not.toContain(telling.split('.').at(-1))
  })

  it('boots the disk of a machine whose iPXE cannot check a signature that there is', async () => {
    writeFileSync(join(directory, 'vmlinuz.sig'), 'a signature')
    const served = await serve('--artifact', `vmlinuz.sig=${sha256('a signature')}`)
    await mint()
    // Debian builds its iPXE without imgverify.
    expect((await bootFromNetwork(Number(new URL(served.http).port), machine)).what).toBe('disk')
    expect(await loaded(served, 5)).toContain('artifacts vmlinuz')
  })
})

/** What was asked for so far, by route and name. */
async function loaded({ lines }: Served, count: number): Promise<string[]> {
  await expect.poll(() => lines.length).toBeGreaterThanOrEqual(count)
  return lines.map(({ route, name }) => `${String(route)} ${String(name)}`.replace(' null', ''))
}

/** What the real Ignition gets there when it trusts what /authority.cpio puts into an initramfs, and only then. */
async function fetchedByIgnition(address: string, http: string): Promise<string> {
  const archive = Buffer.from(await (await fetch(`${http}/authority.cpio`)).arrayBuffer())
  const root = join(directory, 'initramfs')
  mkdirSync(root)
  execFileSync('cpio', ['-i', '--quiet'], { cwd: root, input: archive })
  const ignition = { version: '3.3.0', timeouts: { httpTotal: 4 }, config: { merge: [{ source: address }] } }
  const text = JSON.stringify({ ignition })
  expect((await ignitionFetch(text)).text).toContain('certificate signed by unknown authority')
  const { exit, config } = await ignitionFetch(text, join(root, 'etc/ssl/certs'))
  expect(exit).toBe(0)
  return JSON.stringify(config)
}

async function writeProfileAndFacts(): Promise<void> {
  const artifact = { architecture: 'x86_64', signature: null } as const
  const artifacts = [
    { ...artifact, role: 'kernel', url: 'https://images.example.com/42/vmlinuz', sha256: sha256(kernel) },
    {
      ...artifact,
      role: 'initramfs',
      url: 'https://images.example.com/42/initrd.img',
      sha256: sha256(initramfs),
    },
  ]
  const profile = wholeProfile({
    'install.artifacts': artifacts,
    'install.installArguments': ['console=ttyS0', 'ignition.platform.id=metal'],
  })
  writeFileSync(join(directory, 'ours.yaml'), stringify(profile))
  const interfaces = healthyWorker.nics.interfaces.map((one) =>
    one.kind === 'physical' ? { ...one, mac: machine.mac, permanentMac: machine.mac } : one,
  )
  const facts = factsWith({ nics: { interfaces }, hardware: { uuid: machine.uuid, serial: machine.serial } })
  await writeFacts(factsDirectory(await commandContext(directory)), facts)
}

describe('scripts for iPXE', () => {
  it('install only a machine that says what is known, and nothing else', async () => {
    const served = await serve()
    await mint()
    for (const query of [
      askedAs,
      'mac=52:54:00:AB:CD:EF',
      `uuid=${machine.uuid.toUpperCase()}`,
      'serial=node+7%2BA',
    ])
      expect(await served.script(query)).toMatch(installs)
    for (const query of [
      '',
      'mac=&uuid=&serial=',
      'machine-id=',
      'mac=52-54-00-ab-cd-ee',
      `mac=52-54-00-ab-cd-ee&uuid=${machine.uuid}`,
      `${askedAs}x`,
      'serial=Node',
      'mac=52-54-00-ab-cd-ef%0Aboot',
      '__proto__=1',
    ])
      expect(await served.script(query)).toMatch(local)
    expect(served.alarms()).toEqual([])
  })

  it('have an address of their own each, of which one is good for the configuration', async () => {
    const served = await serve()
    await mint()
    const tokens = [await served.script(askedAs), await served.script(askedAs)].map(
      (script) => /\/ignition\/(?<token>\S+)/.exec(script)?.groups?.['token'] ?? '',
    )
    expect(new Set(tokens).size).toBe(2)
    expect(await curl(`${served.https}/ignition/${tokens[0]}`)).toBe(`${config}200`)
    expect(await curl(`${served.https}/ignition/${tokens[1]}`)).toMatch(/410$/)
    expect(await served.script(askedAs)).toMatch(local)
    await expect.poll(() => served.alarms()).toMatchObject([{ kind: 'second-fetch', node: 'worker-1' }])
    const kept = readFileSync(
      join(directory, '.osferry/boot/urls', `${tokens[0]!.split('.')[0]}.scripts`),
      'utf8',
    )
    for (const token of tokens) expect(kept).not.toContain(token.split('.')[1])
  })

  it('with an address go over HTTPS alone unless that was allowed', async () => {
    const served = await serve()
    const { network } = await mint()
    expect(await served.script(askedAs, served.https)).toMatch(installs)
    await mint({ network: { ...network!, over: 'https' }, mintedAt: new Date(Date.now() + 1).toISOString() })
    expect(await served.script(askedAs)).toMatch(local)
    expect(await served.script(askedAs, served.https)).toMatch(installs)
    await expect.poll(() => served.alarms()).toMatchObject([{ kind: 'script-not-encrypted' }])
  })

  it('of an address that is over, or not the newest of its machine, install nothing', async () => {
    const served = await serve()
    await mint({ mintedAt: '2026-01-01T00:00:00.000Z' })
    expect(await served.script(askedAs)).toMatch(installs)
    await mint({ expiresAt: new Date(Date.now() - 1).toISOString() })
    expect(await served.script(askedAs)).toMatch(local)
    expect(served.alarms()).toEqual([])
  })

  it('install nothing when two nodes cannot be told apart, or the files are not those that were meant', async () => {
    const served = await serve()
    const { network } = await mint()
    const later = (ms: number): string => new Date(Date.now() + ms).toISOString()
    const other = { name: 'vmlinuz', sha256: '0'.repeat(64) }
    await mint({ network: { ...network!, kernel: other }, mintedAt: later(1) })
    expect(await served.script(askedAs)).toMatch(local)
    await mint({ network: { ...network!, initramfs: [{ ...other, name: 'none.img' }] }, mintedAt: later(2) })
    expect(await served.script(askedAs)).toMatch(local)
    await mint({ node: 'worker-2', mintedAt: later(3) })
    expect(await served.script(askedAs)).toMatch(local)
    await expect
      .poll(() => served.alarms())
      .toMatchObject([
        { kind: 'not-served', why: expect.stringContaining('vmlinuz is another file') },
        { kind: 'not-served', why: expect.stringContaining('none.img is not among') },
        { kind: 'two-nodes', node: 'worker-2', why: 'worker-1' },
      ])
  })

  it('install a machine under another name once its old address is over, or was used', async () => {
    const served = await serve()
    const past = new Date(Date.now() - 1).toISOString()
    await mint({ node: 'old-name', mintedAt: past, expiresAt: past })
    await mint()
    expect(await served.script(askedAs)).toMatch(installs)
    expect(served.alarms()).toEqual([])
  })

  it('are given to one who asks on and on a few times only', async () => {
    const served = await serve()
    await mint()
    const scripts: string[] = []
    for (let count = 0; count < 18; count += 1) scripts.push(await served.script(askedAs))
    expect(scripts.filter((script) => installs.test(script))).toHaveLength(16)
    expect(scripts.at(-1)).toMatch(local)
    await expect
      .poll(() => served.alarms())
      .toMatchObject([{ kind: 'scripts-too-many' }, { kind: 'scripts-too-many' }])
  })

  it('are none that somebody has put into the directory by hand and that say more than they may', async () => {
    const served = await serve()
    const { network } = await mint()
    for (const words of [
      ['${net0/mac}'],
      ['a\nboot'],
      ['#'],
      ['||'],
      ['x'.repeat(400), ...Array(5).fill('y'.repeat(390))],
    ])
      await expect(mint({ network: { ...network!, arguments: words } })).rejects.toThrow(/arguments|bytes/)
    const path = join(directory, '.osferry/boot/urls/00000000000000aa.json')
    const url = await mint({ mintedAt: '2026-01-01T00:00:00.000Z' })
    const harmful = { ...url, id: '00000000000000aa', node: 'x\nboot', mintedAt: '2099-01-01T00:00:00.000Z' }
    writeFileSync(path, JSON.stringify(harmful))
    const script = await served.script(askedAs)
    expect(script).toMatch(installs)
    expect(script).not.toContain('x\n')
  })
})
