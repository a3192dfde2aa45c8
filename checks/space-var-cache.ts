import { defineCheck, pass, unknown } from '../src/model/check.ts'
import { filesystemHolding } from '../src/model/space-of-path.ts'

const neededKiB = 5 * 1024 * 1024

/** All packages of the target are downloaded to /var/cache before the first one is installed. */
export const spaceVarCache = defineCheck({
  id: 'space-var-cache',
  domain: 'storage',
  targets: ['anolis-rhck', 'anolis-anck'],
  needs: ['space'],
  severity: 'high',
  title: { en: 'Too little space for the downloaded packages', zh: '软件包下载空间不足' },
  what: {
    en: 'Every installed package is downloaded again to /var/cache, and the packages to be replaced are kept beside them for a rollback. 5 GiB is what conversion guides ask for.',
    zh: '所有已安装的软件包都会重新下载到 /var/cache，被替换的软件包也要保留以便回滚。各转换工具的指南普遍要求 5 GiB。',
  },
  remedies: [
    { kind: 'command', argv: ['dnf', 'clean', 'all'] },
    {
      kind: 'hint',
      text: {
        en: 'Extend the volume, or mount a larger one at /var/cache/dnf for the conversion.',
        zh: '扩容，或在转换期间将更大的卷挂载到 /var/cache/dnf。',
      },
    },
  ],
  effort: { onceMinutes: 0, perHostMinutes: 15 },
  sources: ['https://github.com/oracle/centos2ol (README: 5 GB in /var/cache)'],
  evaluate({ space }) {
    const fs = filesystemHolding(space, '/var/cache')
    if (fs === undefined) {
      return unknown('No filesystem is known to hold /var/cache.', '无法确定 /var/cache 所在的文件系统。')
    }
    if (fs.availableKiB >= neededKiB) return pass
    const gib = (fs.availableKiB / 1024 / 1024).toFixed(1)
    return {
      status: 'fail',
      here: {
        en: `/var/cache lies on ${fs.target}, which has ${gib} GiB left; 5 GiB are needed.`,
        zh: `/var/cache 位于 ${fs.target}，仅剩 ${gib} GiB，需要 5 GiB。`,
      },
      evidence: [{ fact: 'space', excerpt: `${fs.source} ${fs.target} ${fs.availableKiB} KiB available` }],
    }
  },
})
