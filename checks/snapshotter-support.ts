import { defineCheck, notApplicable, pass, unknown } from '../src/model/check.ts'

const plain = ['overlayfs', 'native']
/** What a snapshotter needs of the kernel, by module. Nydus has a check of its own. */
const kernelNeeds: Readonly<Record<string, string>> = {
  erofs: 'erofs',
  stargz: 'fuse',
  devmapper: 'dm_thin_pool',
  btrfs: 'btrfs',
  overlaybd: 'target_core_user',
}

/** Snapshotters other than overlayfs need kernel features, and a plugin that the image does not have. */
export const snapshotterSupport = defineCheck({
  id: 'snapshotter-support',
  domain: 'runtime',
  targets: ['anolis-rhck', 'anolis-anck', 'containeros'],
  needs: ['containerRuntimes'],
  severity: 'high',
  worstSeverity: 'block',
  title: { en: 'containerd uses a special snapshotter', zh: 'containerd 使用特殊的 snapshotter' },
  what: {
    en: 'A snapshotter such as erofs, stargz, overlaybd or devmapper needs a module of the kernel and, when it is a proxy plugin, its own daemon. When one of them is missing no image can be unpacked.',
    zh: 'erofs、stargz、overlaybd、devmapper 等 snapshotter 需要对应的内核模块；作为代理插件运行时，还需要自己的守护进程。缺少任何一项都无法解压镜像。',
  },
  remedies: [
    {
      kind: 'hint',
      text: {
        en: 'Go back to overlayfs for the move, or bring plugin and module in the image.',
        zh: '迁移时改回 overlayfs，或在镜像中提供插件和模块。',
      },
    },
  ],
  effort: { onceMinutes: 240, perHostMinutes: 10 },
  sources: ['https://github.com/containerd/containerd/tree/main/docs/snapshotters'],
  evaluate({ containerRuntimes: { containerd } }, { kernel, kernelLine, target }) {
    const name = containerd?.snapshotter ?? null
    if (containerd === null) return notApplicable('No containerd.', '未安装 containerd。')
    if (name === null) {
      return notApplicable(
        'No snapshotter is configured: containerd uses its default, overlayfs.',
        '未配置 snapshotter，containerd 使用默认的 overlayfs。',
      )
    }
    if (plain.includes(name)) return notApplicable(`containerd uses ${name}.`, `containerd 使用 ${name}。`)
    if (name === 'nydus') {
      return notApplicable('Nydus has a check of its own.', 'Nydus 由单独的检查项判断。')
    }
    const evidence = [
      {
        fact: 'containerRuntimes' as const,
        excerpt: `snapshotter=${name} proxy_plugins=${containerd.proxyPlugins.join(' ') || '-'}`,
      },
    ]
    const module = kernelNeeds[name]
    const answer = module === undefined ? 'unknown' : kernel.module(module).answer
    if (answer === 'absent' || answer === 'extra') {
      return {
        status: 'fail',
        severity: answer === 'absent' ? 'block' : 'high',
        here: {
          en: `${name} needs ${module}, which ${kernelLine} ${answer === 'absent' ? 'does not have' : 'has only in kernel-modules-extra'}.`,
          zh: `${name} 需要 ${module}，而 ${kernelLine} 内核${answer === 'absent' ? '不提供' : '仅在 kernel-modules-extra 中提供'}。`,
        },
        evidence,
      }
    }
    if (target === 'containeros') {
      return {
        status: 'fail',
        here: {
          en: `The plugin of ${name} must be part of the image or run from /var.`,
          zh: `${name} 插件必须打进镜像，或从 /var 运行。`,
        },
        evidence,
      }
    }
    if (answer !== 'unknown') return pass
    return unknown(
      `The data of ${kernelLine} does not say whether ${name} works.`,
      `${kernelLine} 的内核数据未说明 ${name} 是否可用。`,
      evidence,
    )
  },
})
