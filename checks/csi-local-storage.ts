import { defineCheck, pass } from '../src/model/check.ts'
import { excerptOf, nameSome } from '../src/model/excerpt.ts'

const local = [
  /^local\.csi\.aliyun\.com$/,
  /topolvm/,
  /openebs/,
  /^linstor|drbd/,
  /hostpath/,
  /longhorn/,
  /lvm/,
]

/** CSI drivers that keep volumes on the host's own disks, and drivers that must register again. */
export const csiLocalStorage = defineCheck({
  id: 'csi-local-storage',
  domain: 'kubernetes',
  targets: ['containeros'],
  needs: ['csi'],
  severity: 'medium',
  worstSeverity: 'high',
  title: { en: 'CSI drivers must work on the new system', zh: 'CSI 驱动需要适配新系统' },
  what: {
    en: 'Node plugins of CSI drivers mount with the host’s tools and write to host paths; both must exist on the image. Drivers for local disks keep the only copy of their volumes on this host.',
    zh: 'CSI 节点插件使用主机工具挂载，并写入主机路径，两者在镜像上都必须存在。本地盘类驱动的卷数据只有本主机上这一份。',
  },
  remedies: [
    {
      kind: 'hint',
      text: {
        en: 'Ask each driver for its support of read-only hosts; preserve or park the volumes of local drivers.',
        zh: '确认各驱动是否支持只读主机；本地盘驱动的卷需要保留或转存。',
      },
    },
  ],
  effort: { onceMinutes: 240, perHostMinutes: 15 },
  sources: ['https://kubernetes-csi.github.io/docs/', 'https://github.com/alibaba/open-local'],
  evaluate({ csi }) {
    if (csi.drivers.length === 0 && csi.sockets.length === 0) return pass
    const names = csi.drivers.length > 0 ? csi.drivers : csi.sockets
    const own = names.filter((name) => local.some((pattern) => pattern.test(name)))
    return {
      status: 'fail',
      severity: own.length > 0 ? 'high' : 'medium',
      here: {
        en: `Drivers: ${nameSome(names)}.${own.length > 0 ? ` Volumes on this host’s disks: ${nameSome(own)}.` : ''}`,
        zh: `驱动：${nameSome(names)}。${own.length > 0 ? `卷位于本机磁盘：${nameSome(own)}。` : ''}`,
      },
      evidence: [{ fact: 'csi', excerpt: excerptOf([...csi.drivers, ...csi.sockets]) }],
    }
  },
})
