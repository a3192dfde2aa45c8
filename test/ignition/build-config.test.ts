import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { builtInProfiles } from '../../src/ignition/built-in-profiles.ts'
import { buildIgnition } from '../../src/ignition/build-config.ts'
import { lintIgnition } from '../../src/ignition/lint.ts'
import { tokenPlaceholder } from '../../src/ignition/placeholders.ts'
import { without } from '../support/facts-fixture.ts'
import { certificate, fileText, ignitionRequest, settingsOf } from '../support/ignition-request.ts'
import { anyRequest } from '../support/random-host.ts'
import { wholeProfile } from '../support/whole-profile.ts'

const idsOf = (open: readonly { id: string }[]): string[] => open.map(({ id }) => id)

describe('buildIgnition', () => {
  it('makes configurations in which the linter finds nothing, of any host', () => {
    fc.assert(
      fc.property(anyRequest, (request) => {
        const { config, warnings } = buildIgnition(request)
        expect(warnings).toEqual([])
        expect(lintIgnition(config, { maxSpec: '3.3.0' }).issues).toEqual([])
      }),
      { numRuns: 200 },
    )
  })

  it('makes the same bytes of the same facts', () => {
    fc.assert(
      fc.property(anyRequest, (request) => {
        expect(JSON.stringify(buildIgnition(request))).toBe(JSON.stringify(buildIgnition(request)))
      }),
      { numRuns: 20 },
    )
  })

  it('gives the node its own name, over the one of the image', () => {
    const { config } = buildIgnition(ignitionRequest())
    expect(fileText(config, '/etc/hostname')).toBe('worker-1\n')
    expect(config.storage?.files?.every(({ overwrite }) => overwrite === true)).toBe(true)
  })

  it('holds a placeholder where the token belongs, for root alone', () => {
    const { config } = buildIgnition(ignitionRequest())
    const file = config.storage?.files?.find(({ path }) => path === '/etc/kubernetes/bootstrap-kubelet.conf')
    expect(file?.mode).toBe(0o600)
    expect(file?.contents?.source).toContain(tokenPlaceholder)
  })

  it('says of every path from which facts and settings it comes', () => {
    const { parts } = buildIgnition(ignitionRequest())
    expect(parts.find(({ name }) => name === 'hostname')).toEqual({
      name: 'hostname',
      from: ['plan.node'],
      paths: ['/etc/hostname'],
    })
  })

  it('names everything of the old system that it does not hold, until somebody accepts it', () => {
    const facts = {
      cron: {
        jobs: [{ source: '/etc/cron.d/backup', user: 'root', schedule: '0 3 * * *', command: '/opt/backup' }],
      },
      users: { users: [{ name: 'alice', uid: 1001, gid: 1001, home: '/home/alice', shell: '/bin/bash' }] },
      mounts: { mounts: [{ source: '/dev/vdb', target: '/data', fstype: 'xfs', options: ['rw'] }] },
      lvm: { volumeGroups: [{ name: 'data', sizeBytes: 1, freeBytes: 0 }] },
      raid: {
        arrays: [{ name: 'md0', level: 'raid1', state: 'clean', degraded: false, devices: ['sda', 'sdb'] }],
      },
      firewall: { firewalldActive: true },
      agents: { agents: [{ id: 'zabbix', name: 'Zabbix agent', evidence: 'package' }] },
      kubeadm: { staticPods: ['kube-lvscare'] },
      trustAnchors: { files: ['/etc/pki/ca-trust/source/anchors/team.crt'] },
    }
    const lost = idsOf(buildIgnition(ignitionRequest(facts)).open)
    expect(lost).toEqual(
      expect.arrayContaining([
        'cron:/etc/cron.d/backup:0 3 * * * /opt/backup',
        'user:alice',
        'mount:/data',
        'volume-group:data',
        'raid:md0',
        'firewall:firewalld',
        'agent:zabbix',
        'static-pod:kube-lvscare',
        'authority:/etc/pki/ca-trust/source/anchors/team.crt',
        'kubelet-config:/var/lib/kubelet/config.yaml',
      ]),
    )
    expect(
      buildIgnition(
        ignitionRequest(facts, {
          settings: settingsOf({ accept: lost, join: ignitionRequest().settings.join }),
        }),
      ).open,
    ).toEqual([])
  })
})

describe('the specification', () => {
  it.each([
    ['3.5.0', '3.3.0'],
    ['3.3.0', '3.3.0'],
    ['3.2.0', '3.2.0'],
  ])('for a system that reads up to %s is %s', (maxSpec, version) => {
    const profile = wholeProfile({ 'ignition.maxSpec': maxSpec })
    // Without kernel arguments, which 3.2.0 has not.
    const { config } = buildIgnition(ignitionRequest({ kernel: { cmdline: ['quiet'] } }, { profile }))
    expect(config.ignition.version).toBe(version)
  })

  it('is refused when the system reads none that has what is used', () => {
    const profile = wholeProfile({ 'ignition.maxSpec': '3.2.0' })
    const settings = settingsOf({ kernelArguments: ['quiet'] })
    expect(() => buildIgnition(ignitionRequest({}, { profile, settings }))).toThrow(
      expect.objectContaining({
        code: 'PROFILE_UNFIT',
        message: expect.stringContaining('kernelArguments needs Ignition 3.3.0'),
      }),
    )
  })
})

describe('what cannot be told is refused by name', () => {
  it('a field of a built-in profile that is not public', () => {
    const [lifseaos] = builtInProfiles
    expect(() => buildIgnition(ignitionRequest({}, { profile: lifseaos! }))).toThrow(
      expect.objectContaining({
        code: 'PROFILE_INCOMPLETE',
        message: expect.stringContaining('network.stack'),
      }),
    )
  })

  it('a fact that is missing', () => {
    const request = { ...ignitionRequest(), facts: without('routes').facts }
    expect(() => buildIgnition(request)).toThrow(
      expect.objectContaining({
        code: 'FACTS_INCOMPLETE',
        message: expect.stringContaining('the fact routes is not there'),
      }),
    )
  })

  it('an image without a kubelet for a host that has one', () => {
    const profile = wholeProfile({ 'kubernetes.kubeletPath': null })
    expect(() => buildIgnition(ignitionRequest({}, { profile }))).toThrow('has no kubelet')
  })

  it('people who may log in to a system without sshd', () => {
    const settings = settingsOf({
      users: [{ name: 'ops', authorizedKeys: ['ssh-ed25519 AAAA ops'], groups: [] }],
    })
    expect(() => buildIgnition(ignitionRequest({}, { settings }))).toThrow(
      'nobody can log in to lifseaos over SSH',
    )
  })

  it('a file where the system takes no writes', () => {
    const profile = wholeProfile({ 'paths.writable': ['/var'] })
    expect(() => buildIgnition(ignitionRequest({}, { profile }))).toThrow('/etc/hostname')
  })

  it.each([
    ['a host entry', { dns: { hostsEntries: [{ address: '10.0.0.9', names: ['a\n10.0.0.1 evil'] }] } }],
    ['a module', { moduleConfig: { load: [{ file: '/etc/modules-load.d/a', module: 'a\nb' }] } }],
    [
      'a value of sysctl',
      { sysctl: { files: [{ file: '/etc/sysctl.d/a', key: 'a.b', value: '1\nkernel.core_pattern=|/x' }] } },
    ],
    [
      'a proxy',
      { proxy: { settings: [{ file: '/etc/environment', key: 'http_proxy', value: 'http://a" "X=y' }] } },
    ],
    ['a domain', { dns: { search: ['a\n[ipv4]'] } }],
  ])('%s that would write lines of its own', (_, facts) => {
    const staticAddress = {
      addresses: {
        addresses: [
          {
            interface: 'eth0',
            family: 4 as const,
            address: '10.0.0.11',
            prefix: 24,
            scope: 'global',
            dynamic: false,
          },
        ],
      },
      routes: {
        routes: [
          {
            family: 4 as const,
            destination: 'default',
            gateway: '10.0.0.1',
            interface: 'eth0',
            metric: 1,
            protocol: 'static',
          },
        ],
      },
    }
    expect(() => buildIgnition(ignitionRequest({ ...staticAddress, ...facts }))).toThrow(
      expect.objectContaining({ code: 'FACTS_INCOMPLETE' }),
    )
  })
})

describe('secrets', () => {
  it('a private key does not pass for a certificate', () => {
    const pem = `${certificate}-----BEGIN PRIVATE KEY-----\nMII\n-----END PRIVATE KEY-----\n`
    expect(() => settingsOf({ certificateAuthorities: [{ name: 'a', pem }] })).toThrow('holds a private key')
  })

  it('a URL with a password is refused', () => {
    expect(() => settingsOf({ registries: [{ host: 'a', mirrors: ['https://u:p@b'] }] })).toThrow(
      'without name and password',
    )
  })
})
