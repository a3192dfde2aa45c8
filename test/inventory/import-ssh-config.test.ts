import { join } from 'node:path'
import { userInfo } from 'node:os'
import { describe, expect, it } from 'vitest'
import { importSshConfig } from '../../src/inventory/import-ssh-config.ts'
import { askSsh, computeFromFile } from '../../src/inventory/ssh-effective.ts'
import { tempDirectory } from './temp.ts'

const config = `
Host bastion
  HostName 192.0.2.1
  User jump

Host node-1 node-2 !x *.never
  HostName %h.internal.example.com
  IdentityFile ~/.ssh/fleet
  CertificateFile %d/.ssh/fleet-cert.pub
  ProxyJump bastion

Match originalhost node-2
  Port 2202

Host old
  ProxyCommand ssh -W %h:%p -q gate.example.com
Host odd
  ProxyCommand nc -X connect %h %p

Host prod-*
  User prod
Host *
  User ops
  StrictHostKeyChecking accept-new
`

describe('importSshConfig', () => {
  it('takes the concrete hosts with what ssh itself would use', async () => {
    const directory = await tempDirectory({ config })
    const path = join(directory, 'config')
    const { hosts, notes } = await importSshConfig({ path })
    const home = userInfo().homedir
    expect(hosts.map(({ name, address, ssh, place }) => ({ name, address, ssh, line: place.line }))).toEqual([
      { name: 'bastion', address: '192.0.2.1', ssh: { user: 'jump', hostKeys: 'accept-new' }, line: 2 },
      ...[
        { name: 'node-1', more: {} },
        { name: 'node-2', more: { port: 2202 } },
      ].map(({ name, more }) => ({
        name,
        address: `${name}.internal.example.com`,
        ssh: {
          user: 'ops',
          identityFiles: ['~/.ssh/fleet'],
          certificateFiles: [`${home}/.ssh/fleet-cert.pub`],
          jump: ['bastion'],
          hostKeys: 'accept-new',
          ...more,
        },
        line: 6,
      })),
      {
        name: 'old',
        address: undefined,
        ssh: { user: 'ops', hostKeys: 'accept-new', jump: ['gate.example.com'] },
        line: 15,
      },
      {
        name: 'odd',
        address: undefined,
        ssh: { user: 'ops', hostKeys: 'accept-new', backend: 'openssh', configFile: path },
        line: 17,
      },
    ])
    expect(notes.map(({ text }) => text.en)).toEqual([
      'Host patterns with wildcards name no host and were left out (their settings still apply)',
      'hosts with a ProxyCommand are reached through the openssh backend',
    ])
  })

  it('follows Includes, keeps to a pattern, and puts aliases that are only jumped through aside', async () => {
    const directory = await tempDirectory()
    const included = await tempDirectory({
      'a.conf': 'Host prod-1 prod-2\n  User deploy\n  ProxyJump gate-eu\nHost gate-*\n  HostName 192.0.2.7\n',
    })
    const { writeFile } = await import('node:fs/promises')
    await writeFile(join(directory, 'config'), `Include ${included}/*.conf\nHost dev-1\n`)
    const { hosts, jumpHosts } = await importSshConfig({ path: join(directory, 'config'), pattern: 'prod-*' })
    expect(hosts.map(({ name, place }) => [name, place.file])).toEqual([
      ['prod-1', join(included, 'a.conf')],
      ['prod-2', join(included, 'a.conf')],
    ])
    expect(jumpHosts).toEqual({ 'gate-eu': { address: '192.0.2.7' } })
  })

  it('reads the same from the file alone where there is no Match and no Include', async () => {
    const directory = await tempDirectory({ config: config.replace(/Match[^H]*\n\n/, '') })
    const path = join(directory, 'config')
    const names = ['bastion', 'node-1', 'node-2', 'old']
    const [asked, computed] = [await askSsh(names, { path }), await computeFromFile(names, { path })]
    for (const name of names)
      for (const key of ['hostname', 'user', 'proxyjump', 'identityfile'].filter((k) =>
        computed.get(name)?.has(k),
      ))
        expect([name, key, computed.get(name)?.get(key) ?? []]).toEqual([
          name,
          key,
          asked.get(name)?.get(key) ?? [],
        ])
  })

  it("says ssh's own words when ssh refuses the file", async () => {
    const directory = await tempDirectory({ config: 'Host a\n  Prot 22\n' })
    await expect(importSshConfig({ path: join(directory, 'config') })).rejects.toThrow(
      expect.objectContaining({
        code: 'INVENTORY_INVALID',
        message: expect.stringMatching(/host a.*line 2.*prot/i),
      }),
    )
  })

  it('says when the file is not there', async () => {
    await expect(importSshConfig({ path: '/nonexistent/config' })).rejects.toThrow(
      expect.objectContaining({ code: 'INVENTORY_NOT_FOUND' }),
    )
  })
})
