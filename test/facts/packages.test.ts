import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { installedScript } from '../../src/facts/installed.ts'
import { packageKeys } from '../../src/facts/package-keys.ts'
import { packages } from '../../src/facts/packages.ts'
import { collectorInput } from '../support/collector-input.ts'
import { runScript } from '../support/run-script.ts'

const recorded = [
  '\u001epackages',
  'bash\t0\t4.4.20\t2.el8\tx86_64\t1639398022\tRSA/SHA256, Wed Jul 21 03:55:21 2021, Key ID 05b555b38483c65d\t\tCentOS',
  'dnf\t0\t4.7.0\t4.el8\tnoarch\t1639398022\tRSA/SHA256, Mon Nov 15 19:35:05 2021, Key ID 05B555B38483C65D\t\tCentOS',
  'docker-ce\t3\t20.10.7\t3.el8\tx86_64\t1639398100\tRSA/SHA512, Wed Jun 2 11:55:29 2021, Key ID c52feb6b621e9f35\t\tDocker',
  'container-selinux\t2\t2.167.0\t1.module_el8.5.0+911+f19012f9\tnoarch\t1639398100\tRSA/SHA256, Wed Nov 10 2021, Key ID 05b555b38483c65d\tcontainer-tools:rhel8:8050020211110:faa19cc5\tCentOS',
  'local-tool\t0\t1\t1\tx86_64\t1639398100\t\t\t',
  'gpg-pubkey\t0\t8483c65d\t5ccc5b19\t(none)\t1639398031\t\t\tgpg(CentOS (CentOS Official Signing Key) <security@centos.org>)',
  '\u001eerrors',
  '',
].join('\n')

describe('packages', () => {
  it('reads name, version, vendor, signing key, module stream and time', () => {
    const value = packages.parse(collectorInput({ stdout: recorded }))
    expect(value).toMatchObject({
      packages: [
        {
          name: 'bash',
          epoch: 0,
          version: '4.4.20',
          release: '2.el8',
          vendor: 'CentOS',
          keyId: '05b555b38483c65d',
          installTime: 1639398022,
        },
        { name: 'dnf', keyId: '05b555b38483c65d' },
        { name: 'docker-ce', epoch: 3, vendor: 'Docker', keyId: 'c52feb6b621e9f35' },
        { name: 'container-selinux', module: 'container-tools:rhel8' },
        { name: 'local-tool', vendor: null, keyId: null, module: null, reason: null },
      ],
    })
  })

  it('keeps good rows and says what rpm complained about', () => {
    const stdout = recorded.replace(
      /errors\n/,
      'errors\nerror: rpmdbNextIterator: skipping h# 12 blob size(4)\n',
    )
    expect(packages.parse(collectorInput({ stdout }))).toMatchObject({
      degraded: expect.stringContaining('skipping'),
    })
  })

  it('is a gap, not an empty list, when the database gave nothing', () => {
    const stdout = '\u001epackages\n\u001eerrors\nerror: cannot open Packages database in /var/lib/rpm\n'
    expect(() => packages.parse(collectorInput({ stdout }))).toThrow(/cannot open Packages/)
    expect(() => packages.parse(collectorInput({ stdout: '\u001eno rpm\n' }))).toThrow(/not installed/)
  })

  it('drops a row whose vendor holds a line break instead of taking its rest for a package', () => {
    const stdout = '\u001epackages\na\t0\t1\t1\tx86_64\t1\t\t\tEvil\ninc\nb\t0\t1\t1\tx86_64\t1\t\t\tx\ty\n'
    expect(packages.parse(collectorInput({ stdout }))).toMatchObject({
      packages: [
        { name: 'a', vendor: 'Evil' },
        { name: 'b', vendor: 'x y' },
      ],
    })
  })
})

describe('packageKeys', () => {
  it('lists the keys that the database trusts', () => {
    expect(packageKeys.parse(collectorInput({ stdout: recorded }))).toEqual({
      keys: [{ id: '8483c65d', summary: 'gpg(CentOS (CentOS Official Signing Key) <security@centos.org>)' }],
    })
  })
})

describe('the query, asked of a real rpm database', () => {
  const home = mkdtempSync(join(tmpdir(), 'osferry-rpm-'))
  beforeAll(() => {
    writeFileSync(join(home, '.rpmmacros'), `%_dbpath ${home}/db\n%_topdir ${home}/build\n`)
    const spec = [
      'Name: osferry-probe',
      'Epoch: 2',
      'Version: 1.5',
      'Release: 3.el8',
      'Summary: s',
      'License: x',
      'Vendor: Somebody',
      'ModularityLabel: nodejs:10:803:abc',
      'BuildArch: noarch',
      '%description',
      'd',
      '%files',
      '',
    ]
    writeFileSync(join(home, 'probe.spec'), spec.join('\n'))
    run('rpm', '--initdb')
    run('rpmbuild', '-bb', join(home, 'probe.spec'))
    run('rpm', '-i', '--nodeps', join(home, 'build/RPMS/noarch/osferry-probe-1.5-3.el8.noarch.rpm'))
  })
  afterAll(() => rmSync(home, { recursive: true, force: true }))

  it('reads an unsigned modular package', () => {
    const { stdout, exitCode } = runScript(installedScript, { env: { HOME: home } })
    expect(exitCode).toBe(0)
    expect(packages.parse(collectorInput({ stdout }))).toMatchObject({
      packages: [
        {
          name: 'osferry-probe',
          epoch: 2,
          version: '1.5',
          release: '3.el8',
          arch: 'noarch',
          vendor: 'Somebody',
          keyId: null,
          module: 'nodejs:10',
        },
      ],
    })
  })

  it('reads from a real history why a package is there, the newest row counting', () => {
    const schema =
      'CREATE TABLE trans_item (id INTEGER PRIMARY KEY, trans_id INTEGER, item_id INTEGER, repo_id INTEGER, action INTEGER, reason INTEGER, state INTEGER); CREATE TABLE rpm (item_id INTEGER UNIQUE, name TEXT, epoch INTEGER, version TEXT, release TEXT, arch TEXT);'
    const rows =
      "INSERT INTO rpm VALUES (1,'osferry-probe',2,'1.4','1','noarch'),(2,'osferry-probe',2,'1.5','3.el8','noarch'); INSERT INTO trans_item VALUES (1,1,1,1,1,1,1),(2,2,2,1,6,2,1);"
    run('sqlite3', join(home, 'history.sqlite'), schema + rows)
    const script = installedScript.replaceAll('/var/lib/dnf/history.sqlite', join(home, 'history.sqlite'))
    const { stdout } = runScript(script, { env: { HOME: home } })
    expect(packages.parse(collectorInput({ stdout }))).toMatchObject({
      packages: [{ name: 'osferry-probe', reason: 'user' }],
    })
  })

  it('asks again without the module label when rpm does not know that tag', () => {
    const script = installedScript.replaceAll('MODULARITYLABEL', 'NOSUCHLABEL')
    const { stdout } = runScript(script, { env: { HOME: home } })
    expect(packages.parse(collectorInput({ stdout }))).toMatchObject({
      packages: [{ name: 'osferry-probe', module: null }],
    })
  })

  function run(command: string, ...args: string[]): void {
    const done = spawnSync(command, args, { env: { ...process.env, HOME: home }, encoding: 'utf8' })
    if (done.status !== 0) throw new Error(`${command}: ${done.stderr}`)
  }
})
