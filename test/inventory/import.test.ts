import { join } from 'node:path'
import { writeFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { discoverSources } from '../../src/inventory/discover.ts'
import { importInventory, parseImportSource } from '../../src/inventory/import.ts'
import { loadInventory } from '../../src/inventory/load.ts'
import { renderInventory } from '../../src/inventory/render.ts'
import { tempDirectory } from './temp.ts'

const ini = '[web]\nw[1:2] zone=a ansible_user=ops\n[web:vars]\nansible_port=2200\n[prod:children]\nweb\n'

describe('importInventory', () => {
  it('merges sources into an inventory that loads again', async () => {
    const directory = await tempDirectory({
      hosts: ini,
      'cmdb.csv': 'name,ip,bu,user\nw1,10.0.0.1,支付,ops\nw3,10.0.0.3,pay,ops\n',
    })
    const result = await importInventory([
      { kind: 'ansible', path: join(directory, 'hosts') },
      { kind: 'csv', path: join(directory, 'cmdb.csv') },
    ])
    const text = renderInventory(result.inventory, { comment: ['from hosts\nand cmdb.csv'] })
    expect(text).toMatchInlineSnapshot(`
      "# Hosts for osferry (inventory/v1). Ranges: node[01-50].prod. Settings: host over group over defaults.
      # from hosts and cmdb.csv

      schema: inventory/v1
      defaults:
        ssh: { user: ops }
      groups:
        web: {}
        prod:
          children: [ web ]
      hosts:
        - name: w1
          address: 10.0.0.1
          groups: [ web ]
          labels: { businessUnit: 支付, zone: a }
          ssh: { port: 2200 }
        - name: w2
          groups: [ web ]
          labels: { zone: a }
          ssh: { port: 2200 }
        - name: w3
          address: 10.0.0.3
          labels: { businessUnit: pay }
      "
    `)
    await writeFile(join(directory, 'inventory.yaml'), text)
    const { hosts, inventory } = await loadInventory(join(directory, 'inventory.yaml'))
    expect(inventory).toEqual(result.inventory)
    expect(hosts[0]).toMatchObject({ groups: ['web', 'prod'], ssh: { user: 'ops', port: 2200 } })
  })

  it('keeps the hosts of an existing inventory and says what changed', async () => {
    const directory = await tempDirectory({
      'c.csv': 'name,ip,zone\na,10.0.0.1,z1\nn2,10.0.0.2,z1\nb,10.0.0.9,z1\n',
    })
    const { inventory, added, updated } = await importInventory(
      [{ kind: 'csv', path: join(directory, 'c.csv') }],
      {
        base: { schema: 'inventory/v1', hosts: [{ name: 'a', labels: { owner: 'me' } }, { name: 'n[1-3]' }] },
      },
    )
    expect(inventory.hosts).toEqual([
      { name: 'a', address: '10.0.0.1', labels: { owner: 'me', zone: 'z1' } },
      { name: 'n[1-3]' },
      { name: 'b', address: '10.0.0.9', labels: { zone: 'z1' } },
    ])
    expect({ added, updated }).toEqual({ added: ['b'], updated: ['a'] })
  })

  it('refuses the same host with two addresses, or twice in one file', async () => {
    const directory = await tempDirectory({
      'a.csv': 'name,ip\nx,10.0.0.1\n',
      'b.csv': 'name,ip\nx,10.0.0.2\n',
      'c.csv': 'name\ny\ny\n',
    })
    const csv = (name: string) => ({ kind: 'csv' as const, path: join(directory, name) })
    await expect(importInventory([csv('a.csv'), csv('b.csv')])).rejects.toThrow(
      /host x has two addresses: 10\.0\.0\.1 \(.*a\.csv:2\) and 10\.0\.0\.2 \(.*b\.csv:2\)/,
    )
    await expect(importInventory([csv('c.csv')])).rejects.toThrow(
      /host y is written twice: .*c\.csv:2 and .*c\.csv:3/,
    )
  })

  it('says when a source names no hosts, and which line holds a field that cannot be', async () => {
    const directory = await tempDirectory({
      empty: '# nothing\n',
      bad: `h1\nh2 ansible_user=${'x'.repeat(80)}\n`,
    })
    await expect(importInventory([{ kind: 'ansible', path: join(directory, 'empty') }])).rejects.toThrow(
      expect.objectContaining({ code: 'INVENTORY_EMPTY' }),
    )
    await expect(importInventory([{ kind: 'ansible', path: join(directory, 'bad') }])).rejects.toThrow(
      /bad:2: host h2: ssh\.user: /,
    )
  })
})

describe('parseImportSource', () => {
  it('reads what --from takes', async () => {
    expect(await parseImportSource('ansible:./hosts')).toEqual({ kind: 'ansible', path: './hosts' })
    expect(await parseImportSource('ssh-config')).toEqual({ kind: 'ssh-config' })
    expect(await parseImportSource('ssh-config:prod-*')).toEqual({ kind: 'ssh-config', pattern: 'prod-*' })
    expect(await parseImportSource('ssh-config:./conf')).toEqual({ kind: 'ssh-config', path: './conf' })
    await expect(parseImportSource('ansibel:x')).rejects.toThrow(
      expect.objectContaining({ code: 'USAGE', hint: expect.stringContaining('did you mean ansible:') }),
    )
    await expect(parseImportSource('csv:')).rejects.toThrow(expect.objectContaining({ code: 'USAGE' }))
  })
})

describe('discoverSources', () => {
  it('finds sources where people keep them, the most likely first', async () => {
    const directory = await tempDirectory({
      'inventory.yaml': 'schema: inventory/v1\nhosts: [{ name: a }, { name: "b[1-3]" }]\n',
      'ansible.cfg': '[defaults]\ninventory = ./ops/hosts\n',
      'ops/hosts': ini,
      'inventory/prod/hosts': 'p1\n',
      'inventory/prod/group_vars/all.yml': 'x: 1\n',
      'inventory/test/hosts.yml': 'all: [\n',
      'cmdb.csv': 'host,ip\na,10.0.0.1\n',
      'prices.csv': 'item,price\na,1\n',
      'home/.ssh/config': 'Host a b\nHost *\n',
    })
    const found = await discoverSources({ directory, home: join(directory, 'home') })
    expect(found).toEqual([
      { kind: 'inventory', path: 'inventory.yaml', hosts: 4 },
      { kind: 'ansible', path: 'ops/hosts', hosts: 2 },
      { kind: 'ansible', path: 'inventory/prod', hosts: 1 },
      {
        kind: 'ansible',
        path: 'inventory/test',
        hosts: null,
        problem: expect.stringContaining('hosts.yml:'),
      },
      { kind: 'csv', path: 'cmdb.csv', hosts: 1 },
      { kind: 'ssh-config', path: '~/.ssh/config', hosts: 2 },
    ])
  })

  it('finds nothing in an empty place', async () => {
    const directory = await tempDirectory()
    expect(await discoverSources({ directory, home: directory })).toEqual([])
  })
})
