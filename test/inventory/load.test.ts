import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { loadInventory } from '../../src/inventory/load.ts'
import { tempDirectory } from './temp.ts'

async function load(text: string, options: Parameters<typeof loadInventory>[1] = {}) {
  const directory = await tempDirectory({ 'inventory.yaml': text })
  return { directory, ...(await loadInventory(join(directory, 'inventory.yaml'), options)) }
}

describe('loadInventory', () => {
  it('expands ranges of names and addresses side by side', async () => {
    const { hosts } = await load(`schema: inventory/v1
hosts:
  - name: node[01-03].prod
    address: 10.0.0.[11-13]
`)
    expect(hosts.map(({ name, address, origin }) => [name, address, origin.line])).toEqual([
      ['node01.prod', '10.0.0.11', 3],
      ['node02.prod', '10.0.0.12', 3],
      ['node03.prod', '10.0.0.13', 3],
    ])
  })

  it('takes settings from host, then groups (nearest first, by name among equals), defaults, built-in values', async () => {
    const { hosts, directory } = await load(`schema: inventory/v1
defaults: { ssh: { user: def, port: 1, become: sudo, knownHostsFiles: [known] }, labels: { owner: all, env: prod } }
groups:
  east: { children: [b, a], ssh: { port: 2, user: east, connectTimeoutMs: 500 }, labels: { zone: east } }
  a: { ssh: { user: a }, labels: { zone: a } }
  b: { ssh: { user: b, port: 3 } }
hosts:
  - { name: h1, groups: [b, a], labels: { role: worker } }
  - { name: h2, groups: [b], ssh: { user: me, identityFiles: [~/.ssh/k, /abs, keys/k] } }
  - { name: h3 }
`)
    const [h1, h2, h3] = hosts
    expect(h1).toMatchObject({
      groups: ['a', 'b', 'east'],
      labels: { owner: 'all', env: 'prod', zone: 'a', role: 'worker' },
      ssh: { user: 'a', port: 3, connectTimeoutMs: 500, become: 'sudo', hostKeys: 'strict' },
    })
    expect(h2?.ssh).toMatchObject({ user: 'me', port: 3, knownHostsFiles: [join(directory, 'known')] })
    expect(h2?.ssh.identityFiles).toEqual([
      join(process.env['HOME'] ?? '', '.ssh/k'),
      '/abs',
      join(directory, 'keys/k'),
    ])
    expect(h3?.ssh).toMatchObject({ user: 'def', port: 1, connectTimeoutMs: 10_000, backend: 'auto' })
  })

  it('lets flags win over the file', async () => {
    const { hosts } = await load('schema: inventory/v1\nhosts: [{ name: h, ssh: { user: a } }]\n', {
      overrides: { user: 'flag' },
    })
    expect(hosts[0]?.ssh.user).toBe('flag')
  })

  it('resolves jump hosts through jumpHosts, hosts and user@host:port, in order', async () => {
    const { hosts } = await load(`schema: inventory/v1
defaults: { ssh: { user: ops, port: 2222, jump: [bastion] } }
jumpHosts:
  bastion: { address: 192.0.2.1, ssh: { jump: [root@edge.example.com:2200] } }
hosts:
  - name: h1
  - { name: inner, ssh: { port: 5 } }
  - { name: h2, ssh: { jump: [inner] } }
`)
    const hops = hosts.map(({ ssh }) =>
      ssh.jump.map((hop) => `${hop.ssh.user}@${hop.address}:${hop.ssh.port}`),
    )
    expect(hops).toEqual([
      ['root@edge.example.com:2200', 'ops@192.0.2.1:22'],
      ['root@edge.example.com:2200', 'ops@192.0.2.1:22'],
      ['root@edge.example.com:2200', 'ops@192.0.2.1:22', 'ops@inner:5'],
    ])
    expect(hosts[2]?.ssh.jump.every((hop) => hop.ssh.jump.length === 0)).toBe(true)
  })

  it('lets a bastion that inherits the jump through itself be reached directly', async () => {
    const { hosts } = await load(`schema: inventory/v1
defaults: { ssh: { jump: [bastion] } }
hosts: [{ name: bastion }, { name: h }]
`)
    expect(hosts.map(({ ssh }) => ssh.jump.map(({ name }) => name))).toEqual([[], ['bastion']])
  })

  it.each([
    [
      'hosts that jump through each other',
      '{ name: a, ssh: { jump: [b] } }, { name: b, ssh: { jump: [a] } }',
      'circle',
    ],
    [
      'an unknown jump host close to a known one',
      '{ name: bastion }, { name: a, ssh: { jump: [bastoin] } }',
      'bastoin',
    ],
    ['a jump host that is no address', '{ name: a, ssh: { jump: ["user@"] } }', 'user@'],
    ['a bad range', '{ name: "a[1-" }', 'bracket'],
    ['a name with a space', '{ name: "a b" }', 'not a host name'],
    ['ranges of different length', '{ name: "a[1-2]", address: "b[1-3]" }', 'expands to 2 hosts'],
  ])('refuses %s with its line', async (_, entries, what) => {
    const broken = load(`schema: inventory/v1\nhosts: [${entries}]\n`)
    await expect(broken).rejects.toThrow(
      expect.objectContaining({
        code: 'INVENTORY_INVALID',
        message: expect.stringMatching(new RegExp(String.raw`inventory\.yaml:2.*${what}`)),
      }),
    )
  })

  it('refuses groups that contain each other, and children that are no group', async () => {
    await expect(
      load(
        'schema: inventory/v1\ngroups:\n  a: { children: [b] }\n  b: { children: [a] }\nhosts: [{ name: h }]\n',
      ),
    ).rejects.toThrow('inventory.yaml:3: groups contain each other: a > b > a')
    await expect(
      load(
        'schema: inventory/v1\ngroups:\n  a: { children: [wokers] }\n  workers: {}\nhosts: [{ name: h }]\n',
      ),
    ).rejects.toThrow(expect.objectContaining({ hint: 'did you mean workers?' }))
  })

  it('names both lines of a duplicate host', async () => {
    await expect(
      load('schema: inventory/v1\nhosts:\n  - name: node[1-3]\n  - name: other\n  - name: node2\n'),
    ).rejects.toThrow(
      expect.objectContaining({
        code: 'INVENTORY_DUPLICATE',
        message: expect.stringMatching(/host node2 is written twice: .*yaml:3 and .*yaml:5/),
      }),
    )
  })

  it('tells a missing inventory from an empty one', async () => {
    await expect(loadInventory('/nonexistent/inventory.yaml')).rejects.toThrow(
      expect.objectContaining({
        code: 'INVENTORY_NOT_FOUND',
        hint: expect.stringContaining('osferry inventory import'),
      }),
    )
    await expect(load('schema: inventory/v1\nhosts: []\n')).rejects.toThrow(
      expect.objectContaining({ code: 'INVENTORY_EMPTY' }),
    )
  })

  it('says file, line, column, path, allowed keys and what was meant', async () => {
    const broken = load(
      'schema: inventory/v1\nhosts:\n  - name: a\n    ssh:\n      prot: 22\n      backend: ssh3\n',
    )
    await expect(broken).rejects.toThrow(
      expect.objectContaining({
        code: 'INVENTORY_INVALID',
        message: expect.stringMatching(
          /inventory\.yaml:6:7: hosts\[0\]\.ssh\.backend: .*\(did you mean "ssh2"\?\)\n.*inventory\.yaml:5:7: hosts\[0\]\.ssh\.prot: .*\(did you mean "port"\?\); allowed: user, port/,
        ),
      }),
    )
  })

  it('says it in Chinese when asked', async () => {
    const broken = load('schema: inventory/v1\nhosts:\n  - name: a\n    ssh: { prot: 22 }\n', {
      language: 'zh-CN',
    })
    await expect(broken).rejects.toThrow(/是否想写 "port"？/)
  })

  it.each([
    ['schema: inventory/v2\nhosts: []\n', 'DOCUMENT_NEWER'],
    ['schema: inventory/v1\nhosts: [\n', 'INVENTORY_INVALID'],
    ['schema: inventory/v1\nhosts: !!js/function x\n', 'INVENTORY_INVALID'],
    ['a: 1\na: 2\n', 'INVENTORY_INVALID'],
    ['', 'INVENTORY_INVALID'],
  ])('refuses %j', async (text, code) => {
    await expect(load(text)).rejects.toThrow(expect.objectContaining({ code }))
  })

  it('refuses an alias bomb', async () => {
    const bomb = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]']
    for (let level = 1; level < 12; level += 1)
      bomb.push(`a${level}: &a${level} [${Array.from({ length: 10 }, () => `*a${level - 1}`).join(', ')}]`)
    await expect(load(bomb.join('\n'))).rejects.toThrow(/alias/i)
  })

  it('reads JSON too', async () => {
    const { hosts } = await load('{"schema":"inventory/v1","hosts":[{"name":"a","labels":{"bu":"支付"}}]}')
    expect(hosts[0]?.labels).toEqual({ bu: '支付' })
  })
})
