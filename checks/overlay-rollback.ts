import { defineCheck, notApplicable } from '../src/model/check.ts'

/** Layers that ANCK writes carry attributes that the old kernel does not follow: a rollback must pull images again. */
export const overlayRollback = defineCheck({
  id: 'overlay-rollback',
  domain: 'runtime',
  targets: ['anolis-anck'],
  needs: ['containerRuntimes'],
  severity: 'info',
  title: { en: 'Container layers do not survive a rollback', zh: '回滚后容器层不可沿用' },
  what: {
    en: 'ANCK is built with OVERLAY_FS_REDIRECT_DIR on; renamed directories in container layers are recorded in a way that an older kernel may not read. After a rollback to the old kernel the runtime’s data should be emptied and images pulled again.',
    zh: 'ANCK 默认开启 OVERLAY_FS_REDIRECT_DIR，容器层中被重命名的目录会以旧内核可能无法识别的方式记录。回滚到旧内核后，应清空运行时数据并重新拉取镜像。',
  },
  remedies: [
    {
      kind: 'hint',
      text: {
        en: 'Put “empty the runtime’s data root” into the rollback plan of this host.',
        zh: '在该主机的回滚方案中加入“清空容器运行时数据目录”。',
      },
    },
  ],
  effort: { onceMinutes: 10, perHostMinutes: 0 },
  sources: [
    'https://docs.kernel.org/filesystems/overlayfs.html',
    'ANCK configuration: CONFIG_OVERLAY_FS_REDIRECT_DIR=y',
  ],
  evaluate({ containerRuntimes: { docker, containerd, crio } }) {
    const roots = [
      ...(docker !== null && docker.active ? [docker.dataRoot] : []),
      ...(containerd !== null && containerd.active ? [containerd.root] : []),
      ...(crio !== null && crio.active ? ['/var/lib/containers/storage'] : []),
    ]
    if (roots.length === 0)
      return notApplicable('No container runtime is active.', '没有运行中的容器运行时。')
    return {
      status: 'fail',
      here: {
        en: `To be emptied on a rollback: ${roots.join(', ')}.`,
        zh: `回滚时需要清空：${roots.join('、')}。`,
      },
      evidence: [{ fact: 'containerRuntimes', excerpt: roots.join('\n') }],
    }
  },
})
