import { defineCheck, pass, unknown } from '../src/model/check.ts'
import { excerptOf, nameSome } from '../src/model/excerpt.ts'

const applications = [
  { name: 'PostgreSQL', pattern: /^postgresql\d*-server$/ },
  {
    name: 'MySQL / MariaDB',
    pattern: /^(mysql-server|mysql-community-server|mariadb-server|MariaDB-server)$/,
  },
  { name: 'MongoDB', pattern: /^mongodb-(org-)?server$/ },
  { name: 'Redis', pattern: /^redis$/ },
  { name: 'Oracle Database', pattern: /^oracle-database/ },
  { name: 'SAP', pattern: /^(SAPHostAgent|saphostagent|sapconf|resource-agents-sap.*)$/ },
  { name: 'Pacemaker', pattern: /^(pacemaker|corosync)$/ },
  { name: 'IPA server', pattern: /^(ipa-server|389-ds-base)$/ },
  { name: 'Samba', pattern: /^samba$/ },
  { name: 'web server', pattern: /^(httpd|nginx)$/ },
  { name: 'load balancer', pattern: /^(haproxy|keepalived)$/ },
] as const

/** The rows' first letters in one expression: hosts have a thousand packages. */
const candidate =
  /^(?:postgresql|mysql|mariadb|MariaDB|mongodb|redis|oracle|SAP|sap|resource-agents|pacemaker|corosync|ipa|389|samba|httpd|nginx|haproxy|keepalived)/

/** Server applications installed on the host itself. */
export const hostApplications = defineCheck({
  id: 'host-applications',
  domain: 'services',
  targets: ['anolis-rhck', 'anolis-anck', 'containeros'],
  needs: ['packages', 'units'],
  severity: 'medium',
  worstSeverity: { containeros: 'block' },
  title: { en: 'Server applications run outside containers', zh: '主机上直接运行服务端应用' },
  what: {
    en: 'Databases, clusters and directory servers installed as packages have upgrade rules of their own: stop them cleanly, back up, and check that the target has the same major version. On ContainerOS they cannot run at all.',
    zh: '以软件包安装的数据库、集群、目录服务有各自的升级规则：需要正常停止、备份，并确认目标系统提供相同的大版本。在 ContainerOS 上则完全无法运行。',
  },
  remedies: [
    {
      kind: 'hint',
      text: {
        en: 'Back up and stop the application before the move, or move it off this host first.',
        zh: '迁移前备份并停止应用，或先把应用迁出本主机。',
      },
    },
  ],
  effort: { onceMinutes: 240, perHostMinutes: 60 },
  sources: [
    'https://github.com/oamg/leapp-repository (checkipaserver, mysqlcheck, postgresqlcheck, saphanachecker)',
  ],
  evaluate({ packages, units }, { target }) {
    const found = packages.packages.flatMap((p) => {
      if (!candidate.test(p.name)) return []
      const row = applications.find(({ pattern }) => pattern.test(p.name))
      return row === undefined ? [] : [{ row, line: `${p.name}-${p.version}-${p.release}` }]
    })
    if (found.length === 0) return pass
    const names = nameSome([...new Set(found.map(({ row }) => row.name))])
    const running = units.units.filter(({ active }) => active === 'active').map(({ name }) => name)
    const active = running.filter((name) =>
      /^(postgresql|mysqld|mariadb|mongod|redis|oracle|sapinit|pacemaker|corosync|ipa|dirsrv|smb|httpd|nginx|haproxy|keepalived)/.test(
        name,
      ),
    )
    if (active.length === 0 && !units.live) {
      return unknown(
        `Installed: ${names}; systemd could not be asked which of them run.`,
        `已安装：${names}；无法向 systemd 查询其运行状态。`,
        [{ fact: 'packages', excerpt: excerptOf(found.map(({ line }) => line)) }],
      )
    }
    return {
      status: 'fail',
      severity: active.length === 0 ? 'low' : target === 'containeros' ? 'block' : 'medium',
      here: {
        en: `Installed: ${names}${active.length === 0 ? ', none of them running' : `; running: ${nameSome(active)}`}.`,
        zh: `已安装：${names}${active.length === 0 ? '，均未运行' : `；正在运行：${nameSome(active)}`}。`,
      },
      evidence: [
        { fact: 'packages', excerpt: excerptOf(found.map(({ line }) => line)) },
        { fact: 'units', excerpt: excerptOf(active.length === 0 ? ['none running'] : active) },
      ],
    }
  },
})
