import { describe, expect, it } from 'vitest'
import { cloudInit, dataSources } from '../../src/facts/cloud-init.ts'
import { crypto } from '../../src/facts/crypto.ts'
import { dynamicLinker } from '../../src/facts/dynamic-linker.ts'
import { firewall } from '../../src/facts/firewall.ts'
import { selinux } from '../../src/facts/selinux.ts'
import { sshd } from '../../src/facts/sshd.ts'
import { trustAnchors } from '../../src/facts/trust-anchors.ts'
import { collectorInput } from '../support/collector-input.ts'

describe('selinux', () => {
  const config = '# SELINUX= can take one of these\nSELINUX=enforcing\nSELINUXTYPE=targeted\n'

  it('tells what the kernel does from what the file says, and lists local modules', () => {
    const input = collectorInput({
      files: { '/sys/fs/selinux/enforce': '0', '/etc/selinux/config': config },
      paths: {
        '/var/lib/selinux/targeted/active/modules/100': 'directory',
        '/var/lib/selinux/targeted/active/modules/400/my-app': 'directory',
      },
    })
    expect(selinux.parse(input)).toEqual({
      mode: 'permissive',
      configured: 'enforcing',
      policy: 'targeted',
      customModules: ['my-app'],
    })
  })

  it('is disabled without selinuxfs', () => {
    expect(selinux.parse(collectorInput())).toEqual({
      mode: 'disabled',
      configured: null,
      policy: null,
      customModules: [],
    })
  })

  it('does not take an unreadable store for one without local modules', () => {
    const files = { '/sys/fs/selinux/enforce': '1', '/etc/selinux/config': config }
    expect(selinux.parse(collectorInput({ files }))).toMatchObject({ customModules: [] })
    expect(selinux.parse(collectorInput({ files, privilege: 'user' }))).toMatchObject({
      value: { mode: 'enforcing', customModules: null },
      degraded: /policy store/,
    })
  })
})

describe('firewall', () => {
  it('reads state, tables, rule count and back end', () => {
    const stdout =
      '\u001eunits\nfirewalld.service loaded active running firewalld\n\u001enft\ntable ip filter\ntable inet firewalld\n\u001erules 312 whole\n'
    const input = collectorInput({
      stdout,
      files: { '/etc/firewalld/firewalld.conf': '# x\nCleanupModulesOnExit=yes\n' },
      links: {
        '/usr/sbin/iptables': 'xtables-nft-multi',
        '/etc/systemd/system/multi-user.target.wants/firewalld.service':
          '/usr/lib/systemd/system/firewalld.service',
      },
    })
    expect(firewall.parse(input)).toEqual({
      firewalldActive: true,
      firewalldEnabled: true,
      cleanupModulesOnExit: true,
      nftTables: ['ip filter', 'inet firewalld'],
      iptablesRules: 312,
      iptablesBackend: 'nf_tables',
      iptablesServiceEnabled: false,
    })
  })

  it('counts only what iptables-save printed to its end', () => {
    const count = (stdout: string, privilege: 'root' | 'user' = 'root') =>
      firewall.parse(collectorInput({ stdout, privilege }))
    expect(count('\u001erules 900 cut\n')).toMatchObject({ iptablesRules: null })
    expect(count('\u001erules 0 empty\n')).toMatchObject({ iptablesRules: 0 })
    expect(count('\u001erules 0 empty\n', 'user')).toMatchObject({ iptablesRules: null })
  })

  it('leaves open what it was not allowed to read', () => {
    const links = {
      '/usr/sbin/iptables': '/etc/alternatives/iptables',
      '/etc/alternatives/iptables': '/usr/sbin/iptables-legacy',
    }
    expect(firewall.parse(collectorInput({ links }))).toMatchObject({
      nftTables: null,
      iptablesRules: null,
      iptablesBackend: 'legacy',
    })
  })
})

describe('crypto', () => {
  it('prefers the policy in effect over the configured one', () => {
    const files = {
      '/etc/crypto-policies/state/current': 'FIPS:OSPP\n',
      '/etc/crypto-policies/config': '# comment\nDEFAULT\n',
      '/proc/sys/crypto/fips_enabled': '1\n',
      '/proc/cmdline': 'ro fips=1 quiet\n',
    }
    expect(crypto.parse(collectorInput({ files }))).toEqual({
      policy: 'FIPS:OSPP',
      fipsKernel: true,
      fipsArg: true,
    })
  })

  it('leaves open what is not there', () => {
    expect(crypto.parse(collectorInput())).toEqual({ policy: null, fipsKernel: null, fipsArg: false })
  })
})

describe('sshd', () => {
  it('takes the first value, follows the include where it stands, and stops at Match', () => {
    const files = {
      '/etc/ssh/sshd_config':
        'Port 2222\nPort 22\nInclude /etc/ssh/sshd_config.d/*.conf\nPermitRootLogin yes\nPasswordAuthentication=no\nMatch User x\n  PasswordAuthentication yes\n',
      '/etc/ssh/sshd_config.d/50-site.conf': 'permitrootlogin "prohibit-password"\n',
    }
    expect(sshd.parse(collectorInput({ files, stdout: 'deploy\n' }))).toEqual({
      permitRootLogin: 'prohibit-password',
      passwordAuthentication: 'no',
      ports: [2222, 22],
      loginUser: 'deploy',
    })
  })

  it('ignores sshd_config.d where nothing includes it', () => {
    const files = {
      '/etc/ssh/sshd_config': '#PermitRootLogin no\n',
      '/etc/ssh/sshd_config.d/a.conf': 'PermitRootLogin no\n',
    }
    expect(sshd.parse(collectorInput({ files, stdout: 'root\n' }))).toMatchObject({
      permitRootLogin: null,
      ports: [22],
    })
  })

  it('is a gap for a user who may not read it', () => {
    const files = { '/etc/ssh/sshd_config': { status: 'denied' } } as const
    expect(() => sshd.parse(collectorInput({ files, stdout: 'joe\n' }))).toThrow(/not allowed to read/)
  })
})

describe('trustAnchors', () => {
  it('names files only', () => {
    const paths = { '/etc/pki/ca-trust/source/anchors/corp.crt': 'file' } as const
    expect(trustAnchors.parse(collectorInput({ paths }))).toEqual({
      files: ['/etc/pki/ca-trust/source/anchors/corp.crt'],
    })
  })
})

describe('dynamicLinker', () => {
  it('keeps directories outside of the distribution, preloads and a global search path', () => {
    const files = {
      '/etc/ld.so.conf': 'include ld.so.conf.d/*.conf\n',
      '/etc/ld.so.conf.d/cuda.conf': '/usr/local/cuda/lib64\n',
      '/etc/ld.so.conf.d/mariadb-x86_64.conf': '/usr/lib64/mariadb\n',
      '/etc/ld.so.preload': '/usr/local/lib/libhook.so\n',
    }
    const stdout = '/etc/profile.d/ora.sh:export LD_LIBRARY_PATH="/opt/oracle/lib:/usr/lib64"\n'
    expect(dynamicLinker.parse(collectorInput({ files, stdout }))).toEqual({
      directories: [
        { file: '/etc/ld.so.conf.d/cuda.conf', path: '/usr/local/cuda/lib64' },
        { file: '/etc/profile.d/ora.sh', path: '/opt/oracle/lib' },
        { file: '/etc/profile.d/ora.sh', path: '/usr/lib64' },
      ],
      preload: ['/usr/local/lib/libhook.so'],
    })
  })
})

describe('cloudInit', () => {
  const paths = { '/usr/bin/cloud-init': 'file' } as const
  const links = { '/etc/systemd/system/cloud-init.target.wants/cloud-init.service': '/usr/lib/x' }

  it('is enabled by its link, and off by its file or by the kernel command line', () => {
    const stdout = 'datasource_list: [ AliYun, "None" ]\n'
    expect(cloudInit.parse(collectorInput({ stdout, paths, links }))).toEqual({
      installed: true,
      enabled: true,
      datasources: ['AliYun', 'None'],
    })
    const off = { ...paths, '/etc/cloud/cloud-init.disabled': 'file' } as const
    expect(cloudInit.parse(collectorInput({ paths: off, links }))).toMatchObject({ enabled: false })
    const files = { '/proc/cmdline': 'ro cloud-init=disabled' }
    expect(cloudInit.parse(collectorInput({ paths, links, files }))).toMatchObject({ enabled: false })
    expect(cloudInit.parse(collectorInput({ links }))).toMatchObject({ installed: false, enabled: false })
  })

  it('reads a list of one entry a line too', () => {
    expect(dataSources('datasource_list:\n  - NoCloud\n  - None\n')).toEqual(['NoCloud', 'None'])
  })
})
