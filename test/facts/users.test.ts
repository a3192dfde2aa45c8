import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseFingerprint, parseGroup, parseUser, users } from '../../src/facts/users.ts'
import { collectorInput } from '../support/collector-input.ts'
import { runScript } from '../support/run-script.ts'

const passwd = `root:x:0:0:root:/root:/bin/bash
bin:x:1:1:bin:/bin:/sbin/nologin
nobody:x:65534:65534:Kernel Overflow User:/:/sbin/nologin
toor:x:0:0:second root:/root:/bin/bash
etcd:x:987:985:etcd user:/var/lib/etcd:/sbin/nologin
deploy:x:1000:1000:Deploy,,,:/home/deploy:/bin/bash
broken line
`
const group = `root:x:0:
wheel:x:10:deploy
etcd:x:985:
deploy:x:1000:
docker:x:989:deploy,ci
`

describe('users', () => {
  it('keeps accounts and groups that the distribution did not make', () => {
    const stdout =
      '\u001ekeys deploy\n256 SHA256:AbC+/9 deploy@laptop (ED25519)\nbad is not a public key file.\n'
    const value = users.parse(
      collectorInput({
        stdout,
        files: { '/etc/passwd': passwd, '/etc/group': group },
        paths: { '/etc/sudoers.d/90-deploy': 'file' },
      }),
    )
    expect(value).toEqual({
      users: [
        { name: 'toor', uid: 0, gid: 0, home: '/root', shell: '/bin/bash' },
        { name: 'etcd', uid: 987, gid: 985, home: '/var/lib/etcd', shell: '/sbin/nologin' },
        { name: 'deploy', uid: 1000, gid: 1000, home: '/home/deploy', shell: '/bin/bash' },
      ],
      groups: [
        { name: 'wheel', gid: 10, members: ['deploy'] },
        { name: 'etcd', gid: 985, members: [] },
        { name: 'deploy', gid: 1000, members: [] },
        { name: 'docker', gid: 989, members: ['deploy', 'ci'] },
      ],
      authorizedKeys: [{ user: 'deploy', type: 'ED25519', fingerprint: 'SHA256:AbC+/9' }],
      sudoersFiles: ['/etc/sudoers.d/90-deploy'],
    })
  })

  it('says what is missing: keys that may not be read, no ssh-keygen, no root', () => {
    const files = { '/etc/passwd': passwd, '/etc/group': group }
    const note = (given: Parameters<typeof collectorInput>[0]) =>
      users.parse(collectorInput({ files, ...given }))
    expect(note({ stdout: '\u001edenied deploy\n' })).toMatchObject({ degraded: /deploy/ })
    expect(note({ stdout: '\u001eno ssh-keygen\n' })).toMatchObject({ degraded: /ssh-keygen/ })
    expect(note({ privilege: 'user' })).toMatchObject({ degraded: /without root/ })
  })

  it('is a gap without /etc/passwd', () => {
    expect(() => users.parse(collectorInput())).toThrow(/passwd is missing/)
  })

  it('turns real keys into fingerprints on the host, so that neither key nor comment travels', () => {
    const home = mkdtempSync(join(tmpdir(), 'osferry-keys-'))
    try {
      mkdirSync(join(home, '.ssh'))
      spawnSync('ssh-keygen', [
        '-q',
        '-t',
        'ed25519',
        '-N',
        '',
        '-C',
        'canary comment',
        '-f',
        join(home, 'key'),
      ])
      const key = spawnSync('cat', [join(home, 'key.pub')], { encoding: 'utf8' }).stdout
      writeFileSync(join(home, '.ssh/authorized_keys'), `from="10.0.0.1",command="canary" ${key}`)
      writeFileSync(join(home, 'passwd'), `probe:x:1000:1000::${home}:/bin/sh\n`)
      const { stdout } = runScript((users.script ?? '').replaceAll('/etc/passwd', `${home}/passwd`))
      const value = users.parse(collectorInput({ stdout, files: { '/etc/passwd': passwd } }))
      expect(value).toMatchObject({
        authorizedKeys: [{ user: 'probe', type: 'ED25519', fingerprint: expect.stringMatching(/^SHA256:/) }],
      })
      expect(JSON.stringify(value)).not.toContain('canary')
      expect(stdout).not.toContain('AAAAC3')
    } finally {
      rmSync(home, { recursive: true, force: true })
    }
  })

  it('parses any line without throwing', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (noise) => {
        for (const line of [noise, `${noise}:x:1000:1000:${noise}:${noise}:${noise}`]) {
          parseUser(line)
          parseGroup(line)
          parseFingerprint(line)
        }
      }),
    )
    expect(parseUser('a:x:1e3:1::/:/bin/sh')).toBeNull()
  })
})
