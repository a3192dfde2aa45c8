import { defineCheck, notApplicable, pass, unknown } from '../src/model/check.ts'
import { excerptOf, nameSome } from '../src/model/excerpt.ts'

/** ANCK 5.10 has neither NFS over UDP nor NFS version 2: such mounts fail after the move. */
export const nfsMountOptions = defineCheck({
  id: 'nfs-mount-options',
  domain: 'storage',
  targets: ['anolis-rhck', 'anolis-anck', 'containeros'],
  needs: ['mounts', 'fstab'],
  severity: 'block',
  title: { en: 'NFS mounts use UDP or version 2', zh: 'NFS 挂载使用 UDP 或 v2 协议' },
  what: {
    en: 'Newer kernels are built with NFS_DISABLE_UDP_SUPPORT and without NFS_V2. Mounts with proto=udp or nfsvers=2, also those of PersistentVolumes, cannot be mounted there.',
    zh: '较新的内核启用了 NFS_DISABLE_UDP_SUPPORT 且不含 NFS_V2。使用 proto=udp 或 nfsvers=2 的挂载（包括 PersistentVolume 的 mountOptions）将无法挂载。',
  },
  remedies: [
    {
      kind: 'hint',
      text: {
        en: 'Use proto=tcp and nfsvers=3 or 4 in /etc/fstab and in the mountOptions of PersistentVolumes.',
        zh: '在 /etc/fstab 与 PersistentVolume 的 mountOptions 中改用 proto=tcp 以及 nfsvers=3 或 4。',
      },
    },
  ],
  effort: { onceMinutes: 30, perHostMinutes: 5 },
  sources: ['nfs(5)', 'ANCK 5.10 configuration: CONFIG_NFS_DISABLE_UDP_SUPPORT=y, CONFIG_NFS_V2 is not set'],
  evaluate({ mounts, fstab }, { kernel, kernelLine }) {
    const seen = [
      ...mounts.mounts.map((row) => ({ fact: 'mounts' as const, row })),
      ...fstab.entries.map((row) => ({ fact: 'fstab' as const, row })),
    ].filter(({ row }) => row.fstype === 'nfs' || row.fstype === 'nfs4')
    if (seen.length === 0) return notApplicable('No NFS mount.', '没有 NFS 挂载。')
    const udp = seen.filter(({ row }) =>
      row.options.some((o) => o === 'udp' || o === 'proto=udp' || o === 'proto=udp6'),
    )
    const v2 = seen.filter(({ row }) => row.options.some((o) => /^(nfs)?vers=2$/.test(o) || o === 'v2'))
    if (udp.length === 0 && v2.length === 0) return pass
    // The option came with Linux 5.6: kernels before it have UDP whatever their configuration says.
    const before56 = kernelLine === 'rhck-4.18' || kernelLine === 'anck-4.19'
    const noUdp = before56 ? 'absent' : kernel.option('NFS_DISABLE_UDP_SUPPORT').answer
    const nfsV2 = kernel.option('NFS_V2').answer
    const broken = [...(noUdp === 'builtin' ? udp : []), ...(nfsV2 === 'absent' ? v2 : [])]
    if (broken.length > 0) {
      const targets = nameSome([...new Set(broken.map(({ row }) => row.target))])
      return {
        status: 'fail',
        here: {
          en: `${kernelLine} cannot mount ${targets} with these options.`,
          zh: `${kernelLine} 内核无法以当前选项挂载 ${targets}。`,
        },
        evidence: broken.slice(0, 4).map(({ fact, row }) => ({
          fact,
          excerpt: excerptOf([`${row.source} ${row.target} ${row.fstype} ${row.options.join(',')}`]),
        })),
      }
    }
    if ((udp.length > 0 && noUdp === 'unknown') || (v2.length > 0 && nfsV2 === 'unknown')) {
      return unknown(
        `The data of ${kernelLine} does not say whether NFS over UDP and version 2 are there.`,
        `${kernelLine} 的内核数据未说明是否支持 NFS over UDP 与 v2。`,
      )
    }
    return pass
  },
})
