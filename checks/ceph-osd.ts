import { defineCheck, pass } from '../src/model/check.ts'
import { excerptOf } from '../src/model/excerpt.ts'

/** A Ceph OSD on the host: its disks must stay untouched, and the cluster must be told before the reboot. */
export const cephOsd = defineCheck({
  id: 'ceph-osd',
  domain: 'storage',
  targets: ['anolis-rhck', 'anolis-anck', 'containeros'],
  needs: ['storageStack'],
  severity: 'high',
  worstSeverity: { containeros: 'block' },
  title: { en: 'The host serves Ceph OSDs', zh: '主机承载 Ceph OSD' },
  what: {
    en: 'When an OSD host goes down, Ceph starts to copy its data elsewhere after some minutes; a second host down at the same time may stop input and output. The disks of OSDs must not be wiped.',
    zh: 'OSD 主机离线数分钟后，Ceph 就会开始迁移数据；若同时有第二台离线，读写可能中断。OSD 所在磁盘绝不能清空。',
  },
  remedies: [
    { kind: 'command', argv: ['ceph', 'osd', 'set', 'noout'] },
    {
      kind: 'hint',
      text: {
        en: 'Move OSD hosts one at a time, and wait for HEALTH_OK between them.',
        zh: 'OSD 主机逐台迁移，每台完成后等待 HEALTH_OK。',
      },
    },
  ],
  effort: { onceMinutes: 30, perHostMinutes: 20 },
  sources: [
    'https://docs.ceph.com/en/latest/rados/troubleshooting/troubleshooting-osd/',
    'https://github.com/oamg/leapp-repository (cephvolumescan)',
  ],
  evaluate({ storageStack }, { target }) {
    const osds = storageStack.cephOsds
    if (osds.length === 0) return pass
    return {
      status: 'fail',
      severity: target === 'containeros' ? 'block' : 'high',
      here: {
        en: `${osds.length} OSD volumes are on this host.`,
        zh: `本主机上有 ${osds.length} 个 OSD 卷。`,
      },
      evidence: [{ fact: 'storageStack', excerpt: excerptOf(osds) }],
    }
  },
})
