import { defineCheck, pass } from '../src/model/check.ts'
import { excerptOf } from '../src/model/excerpt.ts'

/** Storage that needs drivers, daemons and configuration early in the boot: a trimmed image has none of them. */
export const storageStackOnImmutable = defineCheck({
  id: 'storage-stack-on-immutable',
  domain: 'storage',
  targets: ['containeros'],
  needs: ['storageStack'],
  severity: 'high',
  title: { en: 'The storage stack is not in the trimmed image', zh: '精简镜像不包含所用的存储栈' },
  what: {
    en: 'ContainerOS boots without an initramfs and with few drivers. Multipath, NVMe over fabrics, iSCSI, Fibre Channel, LUKS, VDO and DRBD need modules, daemons and configuration that the image must bring.',
    zh: 'ContainerOS 启动时不使用 initramfs，驱动也很少。多路径、NVMe-oF、iSCSI、光纤通道、LUKS、VDO、DRBD 所需的模块、守护进程和配置必须由镜像提供。',
  },
  remedies: [
    {
      kind: 'hint',
      text: {
        en: 'Prove on one machine that the image finds this storage, or move this host in place.',
        zh: '先在一台机器上验证镜像能识别这些存储，或改为就地迁移。',
      },
    },
  ],
  effort: { onceMinutes: 480, perHostMinutes: 30 },
  sources: [
    'LifseaOS design article: no initramfs, few drivers, virtio built in',
    'https://github.com/oamg/leapp-repository (checkluks, checknvme, checkvdo, multipathconfcheck)',
  ],
  evaluate({ storageStack: stack }) {
    const rows = [
      { name: 'multipath', used: stack.multipath, detail: 'multipathd' },
      { name: 'NVMe-oF', used: stack.nvmeOf, detail: 'nvme transport tcp/rdma/fc' },
      { name: 'iSCSI', used: stack.iscsiSessions > 0, detail: `${stack.iscsiSessions} sessions` },
      { name: 'FC', used: stack.fibreChannelHosts > 0, detail: `${stack.fibreChannelHosts} fc_host` },
      { name: 'LUKS', used: stack.luks.length > 0, detail: stack.luks.join(' ') },
      { name: 'VDO', used: stack.vdo, detail: 'vdo volume' },
      { name: 'DRBD', used: stack.drbd, detail: 'drbd resource' },
    ].filter(({ used }) => used)
    if (rows.length === 0) return pass
    const names = rows.map(({ name }) => name).join(', ')
    return {
      status: 'fail',
      here: { en: `This host uses ${names}.`, zh: `本主机使用 ${names}。` },
      evidence: [
        { fact: 'storageStack', excerpt: excerptOf(rows.map(({ name, detail }) => `${name}: ${detail}`)) },
      ],
    }
  },
})
