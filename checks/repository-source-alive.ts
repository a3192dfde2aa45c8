import { defineCheck, pass, type Remedy } from '../src/model/check.ts'
import { excerptOf, nameSome } from '../src/model/excerpt.ts'
import { urlsOf } from '../src/model/repositories.ts'

const deadHosts = ['mirrorlist.centos.org', 'mirror.centos.org']

/** Public mirrors that dropped the tree of CentOS 8 and keep it, if at all, below centos-vault. */
const droppedBy =
  /^(mirrors\.aliyun\.com|mirrors\.cloud\.aliyuncs\.com|mirrors\.tuna\.tsinghua\.edu\.cn|mirrors\.ustc\.edu\.cn|mirrors\.163\.com|mirrors\.tencent\.com|mirrors\.tencentyun\.com|mirrors\.cloud\.tencent\.com|repo\.huaweicloud\.com|mirrors\.huaweicloud\.com|mirrors\.bfsu\.edu\.cn|mirrors\.sohu\.com)$/

/** CentOS 8's mirror list was switched off: dnf fails on every enabled repository that still asks it. */
export const repositorySourceAlive = defineCheck({
  id: 'repository-source-alive',
  domain: 'packages',
  targets: ['anolis-rhck', 'anolis-anck'],
  needs: ['repositories'],
  uses: ['osRelease'],
  severity: 'high',
  title: { en: 'CentOS repositories point to servers that are gone', zh: 'CentOS 软件源指向已下线的服务器' },
  what: {
    en: 'The mirrors of CentOS 8 were taken down after 31 January 2022. As long as a dead repository is enabled, dnf cannot install the conversion tool, and nothing can be downloaded again for a rollback.',
    zh: 'CentOS 8 的镜像站在 2022 年 1 月 31 日之后下线。只要仍启用失效的软件源，dnf 就无法安装转换工具，回滚时也无法重新下载软件包。',
  },
  remedies: [
    {
      kind: 'hint',
      text: {
        en: 'Point the repositories to vault.centos.org or to your own mirror.',
        zh: '将软件源改为 vault.centos.org 或自建镜像。',
      },
    },
  ],
  effort: { onceMinutes: 15, perHostMinutes: 2 },
  sources: [
    'https://vault.centos.org/8.5.2111/',
    'https://developer.aliyun.com/mirror/centos (CentOS 8: centos-vault only)',
    'https://github.com/AlmaLinux/almalinux-deploy/issues/115',
    'https://github.com/rocky-linux/rocky-tools (check_repourl)',
  ],
  evaluate({ repositories, osRelease }) {
    const dead = repositories.repositories.filter(
      (repository) => repository.enabled && urlsOf(repository).some(isDead),
    )
    if (dead.length === 0) return pass
    const stream = osRelease?.name.includes('Stream') === true
    const files = [...new Set(dead.map(({ file }) => file))].toSorted()
    return {
      status: 'fail',
      here: {
        en: `${dead.length} enabled repositories use servers that no longer exist: ${nameSome(dead.map(({ id }) => id))}.`,
        zh: `有 ${dead.length} 个已启用的软件源使用已不存在的服务器：${nameSome(dead.map(({ id }) => id))}。`,
      },
      evidence: [
        {
          fact: 'repositories',
          excerpt: excerptOf(dead.map((r) => `[${r.id}] ${r.file} ${urlsOf(r).filter(isDead).join(' ')}`)),
        },
      ],
      remedies: files.map((file) => toVault(file, stream ? '8-stream' : '8.5.2111')),
    }
  },
})

function isDead(url: string): boolean {
  const [, host = '', path = ''] = /^\w+:\/\/([^/]*)(\/.*)?$/.exec(url) ?? []
  if (deadHosts.includes(host)) return true
  return droppedBy.test(host) && /^\/centos\/(8|[$]releasever)/.test(path)
}

function toVault(file: string, tree: string): Remedy {
  return {
    kind: 'command',
    argv: [
      'sed',
      '--in-place=.osferry',
      '-e',
      's|^mirrorlist=|#mirrorlist=|',
      '-e',
      `s|^#*baseurl=https*://[^/]*/\\([$]contentdir\\|centos\\)/[^/]*|baseurl=https://vault.centos.org/${tree}|`,
      file,
    ],
  }
}
