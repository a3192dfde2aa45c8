import { defineCheck, pass } from '../src/model/check.ts'
import { excerptOf, nameSome } from '../src/model/excerpt.ts'

/** Systems whose installers write to /opt or /usr/local on the host, with the setting that moves them. */
const movable = [
  { id: 'stargz', paths: '/usr/local/bin' },
  { id: 'overlaybd', paths: '/opt/overlaybd' },
  { id: 'hybridnet', paths: '/opt/cni/bin' },
  { id: 'nri', paths: '/opt/nri/plugins' },
  { id: 'erofs-snapshotter', paths: '/usr/bin/mkfs.erofs' },
] as const

/** Node plugins that install themselves outside /etc and /var. */
export const hostPluginsOutsideVar = defineCheck({
  id: 'host-plugins-outside-var',
  domain: 'kubernetes',
  targets: ['containeros'],
  needs: ['cloudNative'],
  severity: 'medium',
  title: { en: 'Node plugins install themselves outside /var', zh: '节点插件安装在 /var 之外' },
  what: {
    en: 'Snapshotters, NRI plugins and network agents copy programs to /opt or /usr/local/bin when they start. On a read-only root that fails, unless their path is moved below /var or they are part of the image.',
    zh: 'snapshotter、NRI 插件、网络代理启动时会把程序复制到 /opt 或 /usr/local/bin。在只读根文件系统上会失败，除非将路径改到 /var 之下，或预先打进镜像。',
  },
  remedies: [
    {
      kind: 'hint',
      text: {
        en: 'Set the installation path of each plugin below /var and name it in containerd’s configuration.',
        zh: '将各插件的安装路径设到 /var 之下，并在 containerd 配置中指明。',
      },
    },
  ],
  effort: { onceMinutes: 120, perHostMinutes: 2 },
  sources: ['https://github.com/containerd/nri', 'https://github.com/containerd/stargz-snapshotter'],
  evaluate({ cloudNative }) {
    const found = cloudNative.systems.flatMap(({ id, evidence }) => {
      const row = movable.find((plugin) => plugin.id === id)
      return row === undefined ? [] : [{ id, evidence, paths: row.paths }]
    })
    if (found.length === 0) return pass
    return {
      status: 'fail',
      here: {
        en: `To move below /var: ${nameSome(found.map(({ id, paths }) => `${id} (${paths})`))}.`,
        zh: `需要移到 /var 之下：${nameSome(found.map(({ id, paths }) => `${id}（${paths}）`))}。`,
      },
      evidence: [
        { fact: 'cloudNative', excerpt: excerptOf(found.map(({ id, evidence }) => `${id}: ${evidence}`)) },
      ],
    }
  },
})
