import { describe, expect, it } from 'vitest'
import { dnfConfig } from '../../src/facts/dnf-config.ts'
import { moduleStreams } from '../../src/facts/module-streams.ts'
import { repositories } from '../../src/facts/repositories.ts'
import { versionlock } from '../../src/facts/versionlock.ts'
import { collectorInput } from '../support/collector-input.ts'

const baseos = `# CentOS-Linux-BaseOS.repo
[baseos]
name=CentOS Linux $releasever - BaseOS
mirrorlist=http://mirrorlist.centos.org/?release=$releasever&arch=$basearch&repo=BaseOS&infra=$infra
#baseurl=http://mirror.centos.org/$contentdir/$releasever/BaseOS/$basearch/os/
gpgcheck=1
enabled=1
gpgkey=file:///etc/pki/rpm-gpg/RPM-GPG-KEY-centosofficial
`
const kubernetes = `[kubernetes]
name = Kubernetes
baseurl = https://robot:hunter2@mirror.example.com/kubernetes/el7-x86_64?token=s3cr3t&x=1
   https://second.example.com/el7
enabled = no
exclude = kubelet kubeadm,
  kubectl
username = robot
password = hunter2
  hunter3
`

describe('repositories', () => {
  it('reads addresses over several lines, exclusions, and what is enabled by default', () => {
    const value = repositories.parse(
      collectorInput({
        files: {
          '/etc/yum.repos.d/CentOS-Linux-BaseOS.repo': baseos,
          '/etc/yum.repos.d/kubernetes.repo': kubernetes,
          '/etc/yum.repos.d/bare.repo': '[bare]\nmetalink=https://m.example.com/l',
          '/etc/dnf/vars/infra': 'stock\n',
          '/etc/dnf/vars/api_token': 'canary\n',
        },
      }),
    )
    expect(value).toMatchObject({
      repositories: [
        {
          id: 'baseos',
          enabled: true,
          gpgcheck: true,
          baseurl: [],
          mirrorlist: expect.stringContaining('mirrorlist.centos.org'),
          gpgkey: ['file:///etc/pki/rpm-gpg/RPM-GPG-KEY-centosofficial'],
        },
        { id: 'bare', enabled: true, name: null, metalink: 'https://m.example.com/l' },
        {
          id: 'kubernetes',
          enabled: false,
          baseurl: [
            'https://mirror.example.com/kubernetes/el7-x86_64?token=<redacted>&x=1',
            'https://second.example.com/el7',
          ],
          exclude: ['kubelet', 'kubeadm', 'kubectl'],
        },
      ],
      vars: { infra: 'stock', api_token: '<redacted>' },
    })
    expect(JSON.stringify(value)).not.toMatch(/hunter|robot|s3cr3t|canary/)
  })

  it('does not count dnf.conf twice when yum.conf is the usual link to it', () => {
    const text = '[main]\ngpgcheck=1\n[inline]\nbaseurl=file:///srv/repo\n'
    const value = repositories.parse(
      collectorInput({ files: { '/etc/dnf/dnf.conf': text, '/etc/yum.conf': text } }),
    )
    expect(value).toMatchObject({ repositories: [{ id: 'inline', file: '/etc/dnf/dnf.conf' }] })
  })

  it('names the file that it was not allowed to read, and is a gap when it could read none', () => {
    const denied = { '/etc/yum.repos.d/secret.repo': { status: 'denied' } } as const
    expect(
      repositories.parse(collectorInput({ files: { ...denied, '/etc/dnf/dnf.conf': '' } })),
    ).toMatchObject({
      degraded: 'not allowed to read /etc/yum.repos.d/secret.repo',
    })
    expect(() => repositories.parse(collectorInput({ files: denied }))).toThrow(/not allowed/)
  })
})

describe('dnfConfig', () => {
  it('reads the settings that decide about a transaction', () => {
    const files = {
      '/etc/dnf/dnf.conf': '[main]\ngpgcheck=1\ninstallonly_limit=3\nexclude=kernel*\nplugins=0\n',
      '/etc/dnf/plugins/versionlock.conf': '[main]\nenabled = 1\n',
      '/etc/dnf/plugins/debuginfo.conf': '[main]\nenabled = 0\n',
    }
    expect(dnfConfig.parse(collectorInput({ files, links: { '/etc/yum.conf': 'dnf/dnf.conf' } }))).toEqual({
      exclude: ['kernel*'],
      pluginpath: null,
      plugins: false,
      distroverpkg: null,
      installonlyLimit: 3,
      yumConfIsFile: false,
      enabledPlugins: ['versionlock'],
    })
  })

  it('adds a yum.conf that is a file of its own', () => {
    const files = {
      '/etc/dnf/dnf.conf': '[main]\nexcludepkgs=a\n',
      '/etc/yum.conf': '[main]\nexclude=b\ndistroverpkg=centos-release\npluginpath=/opt/p\n',
    }
    expect(dnfConfig.parse(collectorInput({ files, paths: { '/etc/yum.conf': 'file' } }))).toMatchObject({
      exclude: ['a', 'b'],
      distroverpkg: 'centos-release',
      pluginpath: '/opt/p',
      yumConfIsFile: true,
    })
  })
})

describe('moduleStreams', () => {
  it('reads name, stream, state and profiles', () => {
    const files = {
      '/etc/dnf/modules.d/container-tools.module':
        '[container-tools]\nname=container-tools\nstream=rhel8\nprofiles=common\nstate=enabled\n',
      '/etc/dnf/modules.d/php.module': '[php]\nname=php\nstream=\nprofiles=\nstate=disabled\n',
    }
    expect(moduleStreams.parse(collectorInput({ files }))).toEqual({
      streams: [
        { name: 'container-tools', stream: 'rhel8', state: 'enabled', profiles: ['common'] },
        { name: 'php', stream: '', state: 'disabled', profiles: [] },
      ],
    })
  })
})

describe('versionlock', () => {
  it('reads entries of both lists once, without comments', () => {
    const text = '\n# Added lock on Mon Nov  1\nkubelet-0:1.20.4-0.*\n!docker-ce-*  # not this\n'
    const files = {
      '/etc/dnf/plugins/versionlock.list': text,
      '/etc/yum/pluginconf.d/versionlock.list': text,
    }
    expect(versionlock.parse(collectorInput({ files }))).toEqual({
      entries: ['kubelet-0:1.20.4-0.*', '!docker-ce-*'],
    })
  })

  it('is an empty list on a host without the plugin', () => {
    expect(versionlock.parse(collectorInput())).toEqual({ entries: [] })
  })
})
