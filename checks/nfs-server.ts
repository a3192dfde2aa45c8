import { defineCheck, pass } from '../src/model/check.ts'
import { excerptOf } from '../src/model/excerpt.ts'

const services = ['nfs-server.service', 'smb.service', 'glusterd.service', 'target.service', 'vsftpd.service']

/** The host serves files or block devices to others: they hang while it is away. */
export const nfsServer = defineCheck({
  id: 'nfs-server',
  domain: 'services',
  targets: ['anolis-rhck', 'anolis-anck', 'containeros'],
  needs: ['units'],
  severity: 'medium',
  worstSeverity: { containeros: 'block' },
  title: { en: 'The host serves storage to other hosts', zh: '主机向其他主机提供存储服务' },
  what: {
    en: 'Clients of an NFS, SMB, Gluster or iSCSI server hang while it reboots, also pods on nodes that are not being moved. On ContainerOS these servers do not exist.',
    zh: 'NFS、SMB、Gluster、iSCSI 服务端重启期间，客户端会挂起，包括未在迁移的节点上的 Pod。ContainerOS 上没有这些服务。',
  },
  remedies: [
    {
      kind: 'hint',
      text: {
        en: 'Tell the clients’ owners, or move the service to another host first.',
        zh: '通知客户端负责人，或先将服务迁到其他主机。',
      },
    },
  ],
  effort: { onceMinutes: 120, perHostMinutes: 30 },
  sources: ['nfsd(7)', 'https://github.com/oamg/leapp-repository (checknfs)'],
  evaluate({ units }, { target }) {
    const active = units.units.filter(
      ({ name, active, enabled }) =>
        services.includes(name) && (active === 'active' || (active === null && enabled === 'enabled')),
    )
    if (active.length === 0) return pass
    const names = active.map(({ name }) => name)
    return {
      status: 'fail',
      severity: target === 'containeros' ? 'block' : 'medium',
      here: { en: `Running: ${names.join(', ')}.`, zh: `正在运行：${names.join('、')}。` },
      evidence: [{ fact: 'units', excerpt: excerptOf(names) }],
    }
  },
})
