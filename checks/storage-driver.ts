import { defineCheck, notApplicable, pass, unknown } from '../src/model/check.ts'

/** devicemapper, aufs and others: removed from current docker, absent in containerd. */
export const storageDriver = defineCheck({
  id: 'storage-driver',
  domain: 'runtime',
  targets: ['anolis-rhck', 'anolis-anck', 'containeros'],
  needs: ['containerRuntimes'],
  severity: 'medium',
  worstSeverity: { containeros: 'low' },
  title: { en: 'Docker uses an outdated storage driver', zh: 'Docker 使用过时的存储驱动' },
  what: {
    en: 'devicemapper was removed in Docker 25, aufs in 24, and overlay (the first) in 24. A newer docker package that comes with the conversion does not start on such a data root; containerd cannot read it at all.',
    zh: 'Docker 24 移除了 aufs 和旧版 overlay，25 移除了 devicemapper。转换带来的新版 Docker 无法在这样的数据目录上启动，containerd 更是完全无法读取。',
  },
  remedies: [
    {
      kind: 'hint',
      text: {
        en: 'Drain the node, switch to overlay2 and let it pull its images again.',
        zh: '排空节点，切换到 overlay2，然后重新拉取镜像。',
      },
    },
  ],
  effort: { onceMinutes: 30, perHostMinutes: 30 },
  sources: [
    'https://docs.docker.com/engine/deprecated/',
    'https://docs.docker.com/engine/storage/drivers/select-storage-driver/',
  ],
  evaluate({ containerRuntimes: { docker, crio } }, { target }) {
    const drivers = [
      ...(docker === null ? [] : [{ name: 'docker', driver: docker.storageDriver }]),
      ...(crio === null ? [] : [{ name: 'cri-o', driver: crio.storageDriver }]),
    ]
    if (drivers.length === 0) return notApplicable('No docker or CRI-O.', '没有 Docker 或 CRI-O。')
    const old = drivers.filter(({ driver }) =>
      ['devicemapper', 'aufs', 'overlay', 'vfs', 'btrfs', 'zfs'].includes(driver ?? ''),
    )
    const found = old.filter(({ name, driver }) => !(name === 'cri-o' && driver === 'overlay'))
    const open = drivers.filter(({ driver }) => driver === null).map(({ name }) => name)
    if (found.length === 0 && open.length > 0) {
      return unknown(
        `The storage driver of ${open.join(' and ')} is not known.`,
        `${open.join('、')} 的存储驱动未知。`,
      )
    }
    if (found.length === 0) return pass
    const list = found.map(({ name, driver }) => `${name}: ${driver}`).join(', ')
    return {
      status: 'fail',
      severity: target === 'containeros' ? 'low' : 'medium',
      here: { en: `${list}.`, zh: `${list}。` },
      evidence: [{ fact: 'containerRuntimes', excerpt: `Storage Driver ${list}` }],
    }
  },
})
