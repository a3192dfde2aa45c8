import { defineCheck, notApplicable, pass, unknown } from '../src/model/check.ts'

/** Nydus over FUSE works everywhere; its fscache mode needs EROFS on demand, which RHCK does not have. */
export const nydusSnapshotter = defineCheck({
  id: 'nydus-snapshotter',
  domain: 'kubernetes',
  targets: ['anolis-rhck', 'anolis-anck', 'containeros'],
  needs: ['cloudNative', 'containerRuntimes'],
  severity: 'high',
  title: { en: 'Nydus depends on kernel and host paths', zh: 'Nydus 依赖内核特性与主机路径' },
  what: {
    en: 'With fs_driver fscache Nydus needs EROFS_FS_ONDEMAND and CACHEFILES_ONDEMAND: ANCK has them, RHCK 4.18 does not; fusedev needs FUSE only. Its programs are installed to /usr/local/bin and /opt/nydus, which ContainerOS keeps read-only.',
    zh: 'fs_driver 为 fscache 时，Nydus 需要 EROFS_FS_ONDEMAND 与 CACHEFILES_ONDEMAND：ANCK 具备，RHCK 4.18 没有；fusedev 只需要 FUSE。其程序默认安装到 /usr/local/bin 和 /opt/nydus，而这些路径在 ContainerOS 上只读。',
  },
  remedies: [
    {
      kind: 'hint',
      text: {
        en: 'On RHCK set fs_driver to fusedev. On ContainerOS install the programs below /var, or bring them in the image.',
        zh: '在 RHCK 上将 fs_driver 设为 fusedev；在 ContainerOS 上将程序安装到 /var 之下，或打进镜像。',
      },
    },
    { kind: 'command', argv: ['grep', '--recursive', 'fs_driver', '/etc/nydus'] },
  ],
  effort: { onceMinutes: 120, perHostMinutes: 5 },
  sources: [
    'https://github.com/containerd/nydus-snapshotter',
    'kernel configurations: CONFIG_EROFS_FS_ONDEMAND',
  ],
  evaluate({ cloudNative, containerRuntimes }, { kernel, kernelLine, target }) {
    const found = cloudNative.systems.find(({ id }) => id === 'nydus')
    const inUse = containerRuntimes.containerd?.snapshotter === 'nydus'
    if (found === undefined && !inUse) return notApplicable('Nydus is not used here.', '本机未使用 Nydus。')
    const evidence =
      found === undefined
        ? [{ fact: 'containerRuntimes' as const, excerpt: 'snapshotter=nydus' }]
        : [{ fact: 'cloudNative' as const, excerpt: `nydus: ${found.evidence}` }]
    if (target === 'containeros') {
      return {
        status: 'fail',
        here: {
          en: 'The programs of Nydus must lie below /var or in the image.',
          zh: 'Nydus 的程序必须放在 /var 之下或打进镜像。',
        },
        evidence,
      }
    }
    const { answer } = kernel.option('EROFS_FS_ONDEMAND')
    if (answer === 'builtin' || answer === 'module') return pass
    if (answer === 'unknown') {
      return unknown(
        `The data of ${kernelLine} does not say whether fscache works.`,
        `${kernelLine} 的内核数据未说明 fscache 是否可用。`,
        evidence,
      )
    }
    return {
      status: 'fail',
      severity: 'medium',
      here: {
        en: `${kernelLine} has no EROFS_FS_ONDEMAND: only fusedev works.`,
        zh: `${kernelLine} 内核没有 EROFS_FS_ONDEMAND，只能使用 fusedev。`,
      },
      evidence,
    }
  },
})
