import { join } from 'node:path'
import { execa } from 'execa'
import { assert, constantFrom, property, string } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isMigrationError } from '../../src/model/errors.ts'
import { createTree } from '../../src/inventory/ansible-tree.ts'
import { importAnsible } from '../../src/inventory/import-ansible.ts'
import { readAnsibleIni } from '../../src/inventory/import-ansible-ini.ts'
import { tempDirectory } from './temp.ts'

interface Listed {
  _meta: { hostvars: Record<string, Record<string, unknown>> }
  [group: string]: { hosts?: string[]; children?: string[] } | Listed['_meta']
}

/** What Ansible itself makes of an inventory: per host its groups, address, port and user. */
async function askAnsible(path: string): Promise<Record<string, object>> {
  const { stdout } = await execa('ansible-inventory', ['--list', '-i', path], {
    env: { ANSIBLE_LOCALHOST_WARNING: '0' },
  })
  const { _meta, ...groups } = JSON.parse(stdout) as Listed
  const inGroup = new Map<string, string[]>()
  for (const [group, content] of Object.entries(groups))
    for (const host of (content as { hosts?: string[] }).hosts ?? [])
      inGroup.set(host, [...(inGroup.get(host) ?? []), group])
  return Object.fromEntries(
    [...inGroup].map(([host, names]) => {
      const vars = _meta.hostvars[host] ?? {}
      const known = names.filter((name) => name !== 'ungrouped' && name !== 'all').sort()
      const { ansible_host, ansible_port, ansible_user, ansible_become } = vars
      return [
        host,
        {
          groups: known,
          address: ansible_host ?? host,
          port: ansible_port,
          user: ansible_user,
          become: ansible_become,
        },
      ]
    }),
  )
}

async function askOsferry(path: string): Promise<Record<string, object>> {
  const { hosts } = await importAnsible(path)
  return Object.fromEntries(
    hosts.map(({ name, address, groups, ssh }) => [
      name,
      {
        groups: groups.toSorted(),
        address: address ?? name,
        port: ssh.port,
        user: ssh.user,
        become: ssh.become === undefined ? undefined : ssh.become === 'sudo',
      },
    ]),
  )
}

const fixtures: readonly (readonly [what: string, entry: string, files: Record<string, string>])[] = [
  [
    'INI with ranges, ports, quotes, comments, children and vars',
    'hosts',
    {
      hosts: `# the fleet
mail.example.com ansible_user='mail admin' # trailing
alone ansible_host="10.1.1.1"   ansible_port=2201

[web]
www[01:05:2].example.com ansible_user=deploy#not-this
www-[a:c].example.com:2222
bracket-[1:2]-[x:y]

[db]
db0 ansible_host=10.0.0.1 ansible_port=2200
db1 ansible_host=10.0.0.2 unknown="a b" esc=a\\ b

[prod:children]
web
db   # both

[prod:vars]
ansible_user=prod
ansible_become=True

[db:vars]
ansible_user="dba"
; done
[all:vars]
ansible_port=22
ansible_user=anyone # kept as text
`,
    },
  ],
  [
    'groups of the same depth, priority, and a host in several',
    'inv.ini',
    {
      'inv.ini': `[a]
h1
[b]
h1
[c]
h1 h=1
[a:vars]
ansible_user=a
ansible_group_priority=10
[b:vars]
ansible_user=b
ansible_port=11
[c:vars]
ansible_user=c
ansible_port=12
[top:children]
deep
[deep:children]
a
[deep:vars]
ansible_port=99
[top:vars]
ansible_become=True
`,
    },
  ],
  [
    'YAML with nested children, ranges, strings as hosts and merge keys',
    'hosts.yml',
    {
      'hosts.yml': `
x-defaults: &d { ansible_user: merged, ansible_port: 2022 }
all:
  vars: { ansible_user: root }
  hosts:
    top:
    'edge:2200': { ansible_host: 192.0.2.9 }
  children:
    web:
      hosts:
        web[01:03]: { ansible_become: yes }
        special: { <<: *d }
      vars: { ansible_port: 23 }
      children:
        inner: { hosts: single }
    empty:
    db:
      hosts: { web01: , db1: { ansible_user: "{{ who }}", who: dba } }
`,
    },
  ],
  [
    'group_vars and host_vars beside the inventory',
    'hosts',
    {
      hosts: '[web]\nh1 ansible_port=1\nh2\n[web:vars]\nansible_user=inventory\n[all:vars]\nansible_port=7\n',
      'group_vars/all.yml': 'ansible_user: all-file\nansible_become: true\n',
      'group_vars/web/main.yml': 'ansible_user: web-file\n',
      'host_vars/h2.yaml': 'ansible_user: h2-file\nansible_host: 10.9.9.9\n',
    },
  ],
  [
    'a directory of several files',
    '.',
    {
      '01-static': '[web]\nh1\nh2\n',
      '02-more.yml': 'web: { hosts: { h3: { ansible_port: 3 } }, vars: { ansible_user: w } }\n',
      'notes.md': 'not an inventory',
      'group_vars/web.yml': 'ansible_become: true\n',
    },
  ],
]

describe('importAnsible', () => {
  it.each(fixtures)('reads %s as Ansible does', async (what, entry, files) => {
    const directory = await tempDirectory(files)
    const path = join(directory, entry)
    const expected = await askAnsible(path)
    if (what.startsWith('YAML')) expected['db1'] = { ...expected['db1'], user: 'dba' }
    expect(await askOsferry(path)).toEqual(expected)
  })

  it('takes keys, jump hosts and ssh options, and notes what it leaves out', async () => {
    const directory = await tempDirectory({
      hosts: `h1 ansible_ssh_private_key_file=~/.ssh/k ansible_ssh_common_args='-o ProxyJump=ops@bastion:2200 -o StrictHostKeyChecking=no -o Ciphers=aes128-ctr'
h2 ansible_ssh_common_args='-o ProxyCommand="ssh -W %h:%p -q me@gate" -i /keys/a'
h3 ansible_connection=local
h4 ansible_password=hunter2 ansible_become_password="{{ lookup('env', 'SUDO_PASS') }}" bu=pay 可用区=cn-1
h5 ansible_become=true ansible_become_method=su
`,
    })
    const { hosts, notes } = await importAnsible(join(directory, 'hosts'))
    const byName = Object.fromEntries(hosts.map(({ name, ssh }) => [name, ssh]))
    expect(byName).toEqual({
      h1: { identityFiles: ['~/.ssh/k'], jump: ['ops@bastion:2200'] },
      h2: { identityFiles: ['/keys/a'], jump: ['me@gate'] },
      h4: { becomePassword: 'env:SUDO_PASS' },
      h5: {},
    })
    expect(hosts[2]?.labels).toEqual({ businessUnit: 'pay', zone: 'cn-1' })
    expect(notes.map(({ text, first }) => `${first.line} ${text.en}`)).toEqual([
      '1 StrictHostKeyChecking=no was left out: host keys are always checked; ssh.hostKeys: accept-new takes new ones',
      '1 ssh option left out: ciphers=aes128-ctr',
      '3 hosts with ansible_connection=local were left out: osferry reaches hosts by ssh only',
      '4 ansible_password was not copied: write where the secret is (env:NAME, file:PATH, exec:COMMAND) into the inventory',
      '5 ansible_become_method=su was left out: only sudo is known',
    ])
    expect(JSON.stringify({ hosts, notes })).not.toContain('hunter2')
  })

  it('takes the other variables of a host as labels, but no secret, and notes what it leaves out', async () => {
    const directory = await tempDirectory({
      'hosts.yml': `all:
  hosts:
    h1:
      gpu: true
      rack: r1
      slots: 4
      kind: "{{ api_token }}-x"
      disks: [a, b]
      api_token: canary-1
      DB_PASSWORD: canary-2
      license_key: canary-3
      proxy: http://me:canary-4@proxy:3128
      pem: "-----BEGIN canary-5"
      note: "two\\nlines"
      ansible_python_interpreter: /usr/bin/python3
  vars: { app_version: 7, zone: a }
`,
      'host_vars/h1.yml': 'floor: 2\nvault_pin: canary-6\n',
    })
    const { hosts, notes } = await importAnsible(join(directory, 'hosts.yml'))
    expect(hosts[0]?.labels).toEqual({
      zone: 'a',
      gpu: 'true',
      rack: 'r1',
      slots: '4',
      floor: '2',
    })
    expect(JSON.stringify({ hosts, notes })).not.toContain('canary')
    const text = notes.map((note) => note.text.en).join('\n')
    for (const name of [
      'disks',
      'api_token',
      'DB_PASSWORD',
      'license_key',
      'proxy',
      'pem',
      'note',
      'vault_pin',
      'kind',
    ])
      expect(text).toContain(`variable ${name} `)
    expect(text).toContain('variables of groups are no labels here (1: app_version)')
    expect(text).not.toContain('ansible_python_interpreter')
  })

  it.each([
    ['db_pwd', 'hunter2'],
    ['snmp_community', 's3cr3t'],
    ['wifi_psk', 'abcdefgh'],
    ['mysql_root_pw', 'hunter3'],
    ['dbPassword', 'hunter4'],
    ['join', 'kubeadm join 192.0.2.1:6443 --tok abcdef.0123456789abcdef'],
    ['aws', 'AKIAIOSFODNN7EXAMPLE'],
    ['gh', 'ghp_0123456789abcdefABCDEF0123456789abcd'],
    ['source', 'user=x password=hunter5'],
    ['zone', 'http://u:hunter6@h'],
    ['blob', 'MTIzNDU2Nzg5MGFiY2RlZmdoaWprbG1ub3A='],
  ])('never takes %s=%j for a label', async (name, value) => {
    const directory = await tempDirectory({
      'hosts.yml': `h: { hosts: { h1: { ${name}: ${JSON.stringify(value)} } } }\n`,
    })
    const { hosts, notes } = await importAnsible(join(directory, 'hosts.yml'))
    expect(hosts[0]?.labels).toEqual({})
    expect(notes.map(({ text }) => text.en)).toEqual([`variable ${name} may be a secret and was not copied`])
  })

  it('keeps what only sounds like a secret, and reads YAML as Ansible does', async () => {
    const vars =
      '{ monkey: 1, keyboard: us, author: me, y: y, flag: yes, big: 12345678901234567890, since: 2024-01-01 }'
    const directory = await tempDirectory({ 'hosts.yml': `h: { hosts: { h1: ${vars} } }\n` })
    const { hosts } = await importAnsible(join(directory, 'hosts.yml'))
    expect(hosts[0]?.labels).toEqual({
      monkey: '1',
      keyboard: 'us',
      author: 'me',
      y: 'y',
      flag: 'true',
      big: '12345678901234567890',
      since: '2024-01-01',
    })
  })

  it('takes a bounded number of labels of one host', async () => {
    const words = Array.from({ length: 50 }, (_, index) => `v${index}=${index}`)
    const directory = await tempDirectory({ hosts: `h1 ${words.join(' ')}\n` })
    const { hosts, notes } = await importAnsible(join(directory, 'hosts'))
    expect(Object.keys(hosts[0]?.labels ?? {})).toHaveLength(32)
    expect(notes).toHaveLength(18)
  })

  it.each(['abc', '0', '70000', '-1', '22.5'])(
    'refuses ansible_port=%s with file, line and field',
    async (port) => {
      const directory = await tempDirectory({ hosts: `ok\n\nh1 ansible_port=${port}\n` })
      await expect(importAnsible(join(directory, 'hosts'))).rejects.toMatchObject({
        code: 'INVENTORY_INVALID',
        message: expect.stringContaining(
          'hosts:3: ansible_port of host h1: expected a port from 1 to 65535',
        ) as string,
        details: { line: 3, field: 'ansible_port', host: 'h1' },
      })
    },
  )

  it('never decrypts a vault, and notes it', async () => {
    const directory = await tempDirectory({
      'hosts.yml': `all:
  hosts:
    h1:
      ansible_password: !vault |
        $ANSIBLE_VAULT;1.1;AES256
        6162
      ansible_user: ops
`,
      'group_vars/all.yml': '$ANSIBLE_VAULT;1.1;AES256\n6162\n',
    })
    const { hosts, notes } = await importAnsible(join(directory, 'hosts.yml'))
    expect(hosts[0]?.ssh).toEqual({ user: 'ops' })
    expect(notes.map(({ text }) => text.en)).toEqual([
      'an encrypted (vault) variables file was left out; it is never decrypted',
      'ansible_password is encrypted (vault) and was left out: it is never decrypted',
    ])
  })

  it.each([
    ['[web\nh1\n', ':1: host [web: host range has no closing bracket'],
    ['[web x]\n', ':1: [web x] is not a section'],
    ['[web:hots]\n', ':1: section [web:hots] has the unknown type hots'],
    ['h1 ansible_host\n', ':1: h1: expected name=value, found: ansible_host'],
    ["h1 a='b\n", ':1: no closing quotation'],
    ['\n[a:children]\nb\n', ':3: [a:children] speaks of the group b, which is not defined'],
    ['[a:vars]\nx=1\n', ':1: [a:vars] speaks of the group a'],
    ['[a:vars]\nx\n[a]\n', ':2: expected name=value'],
    ['n[03:1]\n', ':1: host n[03:1]: host range must specify equal-length'],
    ['h0\nh1:\n', 'ends in ":"'],
    ['[a]\nh\n[a:children]\nb\n[b:children]\na\n', 'groups contain each other'],
  ])('refuses %j with file and line', async (text, message) => {
    const directory = await tempDirectory({ hosts: text })
    await expect(importAnsible(join(directory, 'hosts'))).rejects.toThrow(
      expect.objectContaining({ code: 'INVENTORY_INVALID', message: expect.stringContaining(message) }),
    )
  })

  it('throws nothing but MigrationError, whatever the INI says', () => {
    const pieces = [
      '[',
      ']',
      ':',
      'a',
      '01',
      '=',
      ' ',
      '\n',
      '"',
      "'",
      '#',
      '\\',
      'children',
      'vars',
      '{{',
      'é',
    ]
    const reading = property(string({ unit: constantFrom(...pieces), maxLength: 60 }), (text) => {
      try {
        readAnsibleIni(createTree(), text, 'hosts')
      } catch (error) {
        if (!isMigrationError(error)) throw error
      }
    })
    expect(() => assert(reading, { numRuns: 2000 })).not.toThrow()
  })

  it('imports ten thousand hosts', async () => {
    const lines = Array.from(
      { length: 10_000 },
      (_, i) => `node${i} ansible_host=10.0.${i >> 8}.${i & 255} zone=z${i % 3}`,
    )
    const directory = await tempDirectory({ hosts: `[workers]\n${lines.join('\n')}\n` })
    const { hosts } = await importAnsible(join(directory, 'hosts'))
    expect(hosts).toHaveLength(10_000)
    expect(hosts.at(-1)).toMatchObject({ name: 'node9999', groups: ['workers'], labels: { zone: 'z0' } })
  })
})
