import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { bootAddresses } from '../../src/cli/boot-listeners.ts'
import { wantedArtifacts } from '../../src/cli/boot-wanted.ts'
import type { CommandInput } from '../../src/cli/define-command.ts'
import { commandContext } from '../support/command-context.ts'
import { wholeProfile } from '../support/whole-profile.ts'

let directory = ''
const sum = 'ab'.repeat(32)
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'osferry-boot-flags-'))
  const profile = wholeProfile()
  const artifact = { architecture: 'x86_64', sha256: sum, signature: null } as const
  const artifacts = [
    { ...artifact, role: 'kernel', url: 'https://images.example.com/42/kernel?arch=x86' } as const,
    { ...artifact, role: 'rootfs', url: 'https://images.example.com/42/rootfs.img' } as const,
  ]
  const install = { ...profile.install, artifacts: { value: artifacts, source: 'a test' } }
  writeFileSync(join(directory, 'ours.yaml'), stringify({ ...profile, install }))
})
afterAll(() => {
  rmSync(directory, { recursive: true })
})

const input = (flags: Record<string, string | string[]>): CommandInput => ({
  arguments: [],
  value: (flag) => [flags[flag] ?? []].flat()[0],
  values: (flag) => [flags[flag] ?? []].flat(),
  on: () => false,
})

describe('files that osferry boot serve is to serve', () => {
  const wanted = async (flags: Record<string, string | string[]>): Promise<unknown> =>
    await wantedArtifacts(await commandContext(directory), input(flags))

  it('are those of the command line, with their sums in either case', async () => {
    expect(await wanted({ '--artifact': [`images/a.img=${sum.toUpperCase()}`] })).toEqual([
      { name: 'a.img', path: join(directory, 'images/a.img'), sha256: sum },
    ])
  })

  it('are those of an os profile, called as at the end of their addresses', async () => {
    expect(await wanted({ '--profile': './ours.yaml', '--artifacts': 'images' })).toEqual([
      { name: 'kernel', path: join(directory, 'images/kernel'), sha256: sum },
      { name: 'rootfs.img', path: join(directory, 'images/rootfs.img'), sha256: sum },
    ])
  })

  it.each([
    [{ '--artifact': 'rootfs.img' }, 'USAGE'],
    [{ '--artifact': `rootfs.img=${sum}0` }, 'USAGE'],
    [{ '--artifact': `my file=${sum}` }, 'USAGE'],
    [{ '--artifact': [`a/x=${sum}`, `b/x=${sum}`] }, 'USAGE'],
    [{ '--profile': './ours.yaml' }, 'USAGE'],
    [{ '--artifacts': 'images' }, 'USAGE'],
    [{ '--profile': 'fedora-coreos', '--artifacts': 'images' }, 'PROFILE_INCOMPLETE'],
  ])('are not guessed: %j', async (flags, code) => {
    await expect(wanted(flags)).rejects.toMatchObject({ code })
  })
})

describe('addresses of osferry boot serve', () => {
  it('are loopback with HTTPS alone unless somebody says otherwise', () => {
    const https = { host: '127.0.0.1', port: 8443 }
    expect(bootAddresses(input({}))).toEqual({ https, http: undefined, names: ['127.0.0.1'] })
  })

  it('may be every address when it is said how machines call the server', () => {
    const flags = {
      '--https': '[::]:8443',
      '--http': '192.0.2.10:0',
      '--name': ['boot.example.com', '192.0.2.10'],
    }
    expect(bootAddresses(input(flags))).toEqual({
      https: { host: '::', port: 8443 },
      http: { host: '192.0.2.10', port: 0 },
      names: ['boot.example.com', '192.0.2.10'],
    })
    expect(() => bootAddresses(input({ '--https': '0.0.0.0:8443' }))).toThrow(/every address/)
  })

  it.each(['8443', ':8443', 'localhost:8443', '::1:8443', '[127.0.0.1]:80', '127.0.0.1:65536', '1.2.3:4'])(
    'are no %s',
    (address) => {
      expect(() => bootAddresses(input({ '--https': address }))).toThrow(/no address and port/)
    },
  )

  it('have names that a certificate can hold', () => {
    for (const name of ['a b', '-a', 'a/b', '*', ''])
      expect(() => bootAddresses(input({ '--name': [name] }))).toThrow(/no name or address/)
  })
})
