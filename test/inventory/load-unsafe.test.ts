import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { importInventory } from '../../src/inventory/import.ts'
import { loadInventory } from '../../src/inventory/load.ts'
import { sourceBin } from '../e2e/run-cli.ts'
import { tempDirectory } from './temp.ts'

/** Writes an inventory with one host and loads it. */
async function loadWith(host: object, more: object = {}) {
  const path = join(await tempDirectory(), 'unsafe.yaml')
  await writeFile(path, JSON.stringify({ schema: 'inventory/v1', hosts: [{ name: 'n1', ...host }], ...more }))
  return await loadInventory(path)
}

const injection = 'x\n  ProxyCommand touch /tmp/never'
const invalid = expect.objectContaining({ code: 'INVENTORY_INVALID' })

describe('loadInventory, given values that end up in a file ssh reads', () => {
  it.each([
    ['user', injection],
    ['user', 'a"b'],
    ['user', 'a b'],
    ['user', '-oProxyCommand=reboot'],
    ['user', '$(reboot)'],
    ['hostKeyAlias', injection],
    ['hostKeyAlias', 'a b'],
    ['hostKeyAlias', '*'],
    ['configFile', injection],
    ['identityFiles', [injection]],
    ['certificateFiles', [injection]],
    ['knownHostsFiles', [injection]],
    ['jump', [injection]],
    ['jump', ['a"b@bastion:22']],
    ['jump', ['-oProxyCommand=x@bastion']],
  ])('refuses ssh.%s: %j', async (key, value) => {
    await expect(loadWith({ ssh: { [key]: value } })).rejects.toEqual(invalid)
    await expect(
      loadWith({}, { defaults: { ssh: { [key]: value } }, hosts: [{ name: 'n1' }] }),
    ).rejects.toEqual(invalid)
  })

  it.each([injection, 'bastion *', '!bastion', '-oProxyCommand=x', '${HOME}'])(
    'refuses %j as the address of a jump host',
    async (address) => {
      await expect(
        loadWith({ ssh: { jump: ['bastion'] } }, { jumpHosts: { bastion: { address } } }),
      ).rejects.toEqual(invalid)
    },
  )

  it('never lets a control character through, whatever stands around it', async () => {
    const control = fc.constantFrom('\n', '\r', '\0', '\u0085', '\u2028', '\u001b')
    const text = fc.tuple(fc.string(), control, fc.string()).map((parts) => parts.join(''))
    const key = fc.constantFrom(
      'user',
      'hostKeyAlias',
      'configFile',
      'identityFiles',
      'knownHostsFiles',
      'jump',
    )
    await fc.assert(
      fc.asyncProperty(key, text, async (key, value) => {
        const ssh = { [key]: ['identityFiles', 'knownHostsFiles', 'jump'].includes(key) ? [value] : value }
        await expect(loadWith({ ssh })).rejects.toEqual(invalid)
      }),
      { numRuns: 60 },
    )
  })

  it.each(['root', 'DOMAIN\\ops', 'ops@corp.example', 'svc-osferry_1', '运维'])(
    'takes the user %s',
    async (user) => {
      expect((await loadWith({ ssh: { user } })).hosts[0]?.ssh.user).toBe(user)
    },
  )

  it.each(['node1.prod', '[192.0.2.1]:2222', 'fe80::1'])(
    'takes the host key alias %s',
    async (hostKeyAlias) => {
      expect((await loadWith({ ssh: { hostKeyAlias } })).hosts[0]?.ssh.hostKeyAlias).toBe(hostKeyAlias)
    },
  )
})

describe('import, given a host key alias with a line end', () => {
  it('refuses it, naming the place', async () => {
    const path = join(await tempDirectory(), 'hosts.yml')
    const args = '-o "HostKeyAlias=x\\n  ProxyCommand touch /tmp/never"'
    const all = { hosts: { n1: { ansible_ssh_common_args: args.replace('\\n', '\n') } } }
    await writeFile(path, JSON.stringify({ all }))
    await expect(importInventory([{ kind: 'ansible', path }])).rejects.toMatchObject({
      code: 'INVENTORY_INVALID',
      message: expect.stringContaining('hosts.yml'),
    })
  })
})

describe('collect over the real ssh', () => {
  it('runs no command that an inventory hides in a setting', async () => {
    const cwd = await tempDirectory()
    const trace = join(cwd, 'trace')
    const inventory = join(cwd, 'inventory.yaml')
    const ssh = { backend: 'openssh', port: 1, hostKeyAlias: `x\n  ProxyCommand touch ${trace}` }
    await writeFile(
      inventory,
      JSON.stringify({ schema: 'inventory/v1', hosts: [{ name: 'n1', address: '127.0.0.1', ssh }] }),
    )
    const env = { PATH: process.env['PATH'] ?? '', HOME: cwd }
    const argv = [sourceBin, 'collect', '-i', inventory, '--timeout', '10']
    const { status, stderr } = spawnSync(process.execPath, argv, { cwd, env, encoding: 'utf8' })
    expect(stderr).toContain('[INVENTORY_INVALID]')
    expect(status).toBe(65)
    expect(existsSync(trace)).toBe(false)
  })
})
