import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { bootIpxe } from '../../src/cli/command-boot-ipxe.ts'
import { bootPath, factsDirectory } from '../../src/cli/state-paths.ts'
import { writeFacts } from '../../src/inventory/facts-store.ts'
import type { HostFacts } from '../../src/model/facts.ts'
import { commandContext, type TestContext } from '../support/command-context.ts'
import { hostFacts, without } from '../support/facts-fixture.ts'
import { wholeProfile } from '../support/whole-profile.ts'

let directory = ''
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'osferry-boot-ipxe-'))
  writeFileSync(join(directory, 'worker-1.ign'), '{"ignition":{"version":"3.3.0"}}')
})
afterEach(() => {
  rmSync(directory, { recursive: true })
})

const kernel = artifact('kernel', 'vmlinuz')
const initramfs = artifact('initramfs', 'initrd.img')

function artifact(role: string, file: string, architecture = 'x86_64'): Record<string, unknown> {
  const url = `https://images.example.com/42/${file}?of=the-test`
  return { role, architecture, url, sha256: 'ab'.repeat(32), signature: null }
}

interface Given {
  artifacts?: unknown
  words?: unknown
  facts?: HostFacts
  flags?: Record<string, string>
  node?: string
}

/** Runs the command for a profile with these artifacts and kernel arguments. */
async function run({
  artifacts = [kernel, initramfs],
  words = ['quiet'],
  facts = hostFacts(),
  flags = {},
  node = 'worker-1',
}: Given = {}): Promise<TestContext> {
  const profile = wholeProfile({ 'install.artifacts': artifacts, 'install.installArguments': words })
  writeFileSync(join(directory, 'ours.yaml'), stringify(profile))
  const context = await commandContext(directory)
  await writeFacts(factsDirectory(context), facts)
  const given: Record<string, string> = {
    '--server': 'https://boot.example.com:8443',
    '--profile': './ours.yaml',
    '--over': 'http',
    '--host': 'worker-1',
    ...flags,
  }
  await bootIpxe.run(context, {
    arguments: [node, 'worker-1.ign'],
    value: (flag) => given[flag],
    values: () => [],
    on: () => false,
  })
  return context
}

describe('osferry boot ipxe', () => {
  it('keeps what the profile says of the architecture of the host, and no secret', async () => {
    const other = [artifact('kernel', 'Image', 'aarch64'), artifact('rootfs', 'rootfs.img')]
    const context = await run({ artifacts: [...other, kernel, initramfs] })
    const urls = bootPath(context, 'urls')
    const [file = '', ...more] = readdirSync(urls)
    expect(more).toEqual([])
    const sha256 = 'ab'.repeat(32)
    expect(JSON.parse(readFileSync(join(urls, file), 'utf8'))).toMatchObject({
      node: 'worker-1',
      verifier: null,
      network: {
        over: 'http',
        server: 'https://boot.example.com:8443',
        kernel: { name: 'vmlinuz', sha256 },
        initramfs: [{ name: 'initrd.img', sha256 }],
        arguments: ['quiet'],
      },
    })
    expect(context.written.stdout).toContain(
      ' quiet ignition.config.url=https://boot.example.com:8443/ignition/MADE-WHEN-ASKED osferry.progress=https://boot.example.com:8443/progress/MADE-WHEN-ASKED || goto local\n',
    )
  })

  it('puts the addresses where arguments of the profile have a place for them', async () => {
    const words = ['inst.url=OSFERRY-IGNITION-URL', 'tell=OSFERRY-PROGRESS-URL']
    const { written } = await run({ words, flags: { '--server': 'https://a$&b:8443' } })
    const server = 'https://a$&b:8443'
    expect(written.stdout).toContain(
      ` inst.url=${server}/ignition/MADE-WHEN-ASKED tell=${server}/progress/MADE-WHEN-ASKED || goto local\n`,
    )
    expect(written.stdout).not.toMatch(/ignition\.config\.url|osferry\.progress/)
  })

  it.each<[string, Given, string]>([
    ['an argument that iPXE expands', { words: ['a=${net0/ip}'] }, 'PROFILE_INVALID'],
    ['an argument that ends the command', { words: ['||'] }, 'PROFILE_INVALID'],
    ['more arguments than a kernel takes', { words: Array(6).fill('x'.repeat(390)) }, 'PROFILE_INVALID'],
    ['two kernels', { artifacts: [kernel, kernel, initramfs] }, 'PROFILE_INVALID'],
    [
      'no kernel of that architecture',
      { artifacts: [artifact('kernel', 'k', 'aarch64'), initramfs] },
      'PROFILE_INVALID',
    ],
    ['no initramfs', { artifacts: [kernel] }, 'PROFILE_INVALID'],
    ['a built-in profile that names no files', { flags: { '--profile': 'nestos' } }, 'PROFILE_INCOMPLETE'],
    ['a machine that nobody knows by anything', { facts: without(['nics', 'hardware']) }, 'FACTS_INCOMPLETE'],
    ['a machine of unknown architecture', { facts: without('cpu') }, 'FACTS_INCOMPLETE'],
    ['another protocol', { flags: { '--over': 'tftp' } }, 'USAGE'],
    ['an address without TLS', { flags: { '--server': 'http://boot.example.com' } }, 'USAGE'],
    ['a server that iPXE expands', { flags: { '--server': 'https://${net0}' } }, 'USAGE'],
    ['a node that is no word', { node: 'worker-1\nboot' }, 'USAGE'],
  ])('refuses %s, and writes nothing', async (_what, given, code) => {
    await expect(run(given)).rejects.toMatchObject({ code })
    expect(() => readdirSync(join(directory, '.osferry/boot'))).toThrow(/ENOENT/)
  })
})
