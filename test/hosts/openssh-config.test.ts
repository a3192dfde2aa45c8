import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { hopAlias, renderConfig, type OpensshTarget } from '../../src/hosts/openssh-config.ts'
import type { ResolvedSsh } from '../../src/model/inventory.ts'

const dir = mkdtempSync(join(tmpdir(), 'osferry-config-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))

const common = {
  home: '/home/ops',
  systemKnownHosts: [],
  keepalive: { intervalMs: 5000, countMax: 3 },
  shareHops: true,
}

describe('renderConfig, read back by ssh -G', () => {
  it('keeps spaces and percent signs in paths', () => {
    const asked = ask(renderConfig(target({ identityFiles: ['/keys/my key %h'] }), [], common), '192.0.2.1')
    expect(asked['identityfile']).toBe('/keys/my key %%h')
    expect(asked['stricthostkeychecking']).toBe('true')
    expect(asked['batchmode']).toBe('yes')
  })

  it('gives each jump host its own settings', () => {
    const hops = [
      target({ user: 'jumper', port: 2201 }, '192.0.2.8'),
      target({ user: 'second', port: 2202 }, '192.0.2.9'),
    ]
    const text = renderConfig(target({ user: 'ops', port: 2222 }), hops, common)
    const [host, first, second] = ['192.0.2.1', hopAlias(0), hopAlias(1)].map((name) => ask(text, name))
    expect([host?.['user'], host?.['port'], host?.['proxyjump']]).toEqual(['ops', '2222', hopAlias(1)])
    expect([second?.['hostname'], second?.['user'], second?.['proxyjump']]).toEqual([
      '192.0.2.9',
      'second',
      hopAlias(0),
    ])
    expect([first?.['hostname'], first?.['port'], first?.['proxyjump']]).toEqual([
      '192.0.2.8',
      '2201',
      undefined,
    ])
  })

  it('lets the own ssh_config of a host speak only where the inventory is silent', () => {
    const own = join(dir, 'own')
    writeFileSync(
      own,
      'Host 192.0.2.1\n  User wrong\n  IdentityFile /from/own\n  Compression yes\n  StrictHostKeyChecking no\n',
    )
    const asked = ask(
      renderConfig({ ...target({ configFile: own }), identityFiles: null }, [], common),
      '192.0.2.1',
    )
    expect([
      asked['user'],
      asked['compression'],
      asked['identityfile'],
      asked['stricthostkeychecking'],
    ]).toEqual(['root', 'yes', '/from/own', 'true'])
  })

  it('refuses values that would break out of their line or be expanded', () => {
    const bad: Partial<ResolvedSsh>[] = [
      { user: 'root"\nProxyCommand reboot' },
      { user: 'ro\not' },
      { user: 'a%h' },
      { identityFiles: ['/keys/${HOME}/id'] },
      { identityFiles: ['/keys/id\r\nProxyCommand reboot'] },
      { certificateFiles: ['/keys/a"b'] },
      { configFile: '/etc/x\nProxyCommand reboot' },
    ]
    for (const settings of bad) {
      expect(() => renderConfig(target(settings), [], common)).toThrow(
        expect.objectContaining({ code: 'INVENTORY_INVALID' }),
      )
    }
    const hop = target({}, '192.0.2.8\n  ProxyCommand reboot')
    expect(() => renderConfig(target({}), [hop], common)).toThrow(/cannot be given to OpenSSH/)
  })

  it('runs nothing that a host key alias holds', () => {
    const trace = join(dir, 'trace')
    const evil = `x\n  ProxyCommand touch ${trace}`
    const wanted = target({})
    const injected = { ...wanted, knowledge: { ...wanted.knowledge, name: evil } }
    const connect = (): void => {
      const file = join(dir, 'evil-config')
      writeFileSync(file, renderConfig(injected, [], common))
      spawnSync('ssh', ['-F', file, '192.0.2.1', 'true'], { timeout: 5000 })
    }
    expect(connect).toThrow(/cannot be given to OpenSSH/)
    expect(existsSync(trace)).toBe(false)
  })
})

function ask(config: string, host: string): Record<string, string> {
  const file = join(dir, 'config')
  writeFileSync(file, config)
  const lines = execFileSync('ssh', ['-F', file, '-G', host], { encoding: 'utf8' }).trim().split('\n')
  return Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf(' ')), line.slice(line.indexOf(' ') + 1)]),
  )
}

function target(settings: Partial<ResolvedSsh>, address = '192.0.2.1'): OpensshTarget {
  const ssh: ResolvedSsh = {
    user: 'root',
    port: 22,
    backend: 'openssh',
    identityFiles: [],
    certificateFiles: [],
    agent: false,
    jump: [],
    become: 'none',
    hostKeys: 'strict',
    knownHostsFiles: [],
    connectTimeoutMs: 5000,
    ...settings,
  }
  const endpoint = { name: address, address, ssh }
  const knowledge = {
    endpoint,
    name: ssh.port === 22 ? address : `[${address}]:${ssh.port}`,
    userFiles: ['/home/ops/.ssh/known hosts'],
    allFiles: [],
    keys: [],
    keysWithoutPort: [],
    revoked: [],
    authorities: [],
  }
  return {
    knowledge,
    identityFiles: ssh.identityFiles,
    controlPath: '/tmp/osf-x/1.s',
    hashNewNames: false,
    answers: { password: false, passphrase: false },
  }
}
