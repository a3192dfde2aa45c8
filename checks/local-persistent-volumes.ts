import { defineCheck, pass } from '../src/model/check.ts'
import { excerptOf, nameSome } from '../src/model/excerpt.ts'

const localVolume = /\/volumes\/(?:kubernetes\.io~local-volume)\/([^/]+)/

/** Local PersistentVolumes bind pods and their data to this host: a drain cannot move them. */
export const localPersistentVolumes = defineCheck({
  id: 'local-persistent-volumes',
  domain: 'storage',
  targets: ['anolis-rhck', 'anolis-anck', 'containeros'],
  needs: ['mounts'],
  severity: 'medium',
  worstSeverity: { containeros: 'high' },
  title: { en: 'Pods use local PersistentVolumes', zh: 'Pod 使用本地 PersistentVolume' },
  what: {
    en: 'A pod with a local volume cannot run anywhere else; it stays pending while the host is away. A reprovision destroys the data when it lies on the system disk.',
    zh: '使用本地卷的 Pod 无法在其他节点运行，主机离线期间会一直 Pending。数据若在系统盘上，重装会将其清除。',
  },
  remedies: [
    {
      kind: 'hint',
      text: {
        en: 'Agree on a window with the owners; for a reprovision preserve the disk, or park and restore the data.',
        zh: '与业务负责人约定窗口；重装时保留数据盘，或先转存再恢复数据。',
      },
    },
  ],
  effort: { onceMinutes: 30, perHostMinutes: 30 },
  sources: ['https://kubernetes.io/docs/concepts/storage/volumes/#local'],
  evaluate({ mounts }, { target }) {
    const found = mounts.mounts.flatMap((mount) => {
      const name = localVolume.exec(mount.target)?.[1]
      return name === undefined ? [] : [{ mount, name }]
    })
    if (found.length === 0) return pass
    const names = nameSome([...new Set(found.map(({ name }) => name))])
    return {
      status: 'fail',
      severity: target === 'containeros' ? 'high' : 'medium',
      here: { en: `Local volumes in use: ${names}.`, zh: `正在使用的本地卷：${names}。` },
      evidence: [
        { fact: 'mounts', excerpt: excerptOf(found.map(({ mount }) => `${mount.source} ${mount.target}`)) },
      ],
    }
  },
})
