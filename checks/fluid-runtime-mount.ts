import { defineCheck, pass } from '../src/model/check.ts'
import { excerptOf, nameSome } from '../src/model/excerpt.ts'

/** Fluid and its runtimes mount below /runtime-mnt, a directory that cannot be made on a read-only root. */
export const fluidRuntimeMount = defineCheck({
  id: 'fluid-runtime-mount',
  domain: 'kubernetes',
  targets: ['containeros'],
  needs: ['cloudNative'],
  severity: 'high',
  title: { en: 'Fluid mounts below /runtime-mnt', zh: 'Fluid 挂载在 /runtime-mnt 下' },
  what: {
    en: 'The default mount root of Fluid, /runtime-mnt, lies outside /etc and /var. On ContainerOS its FUSE pods and those of JindoFS do not start, and every pod with a Dataset stays pending. Caches on the host are lost and must be loaded again.',
    zh: 'Fluid 默认的挂载根目录 /runtime-mnt 不在 /etc 与 /var 之下。在 ContainerOS 上，其 FUSE Pod（包括 JindoFS）无法启动，使用 Dataset 的 Pod 会一直 Pending；主机上的缓存也会丢失，需要重新预热。',
  },
  remedies: [
    {
      kind: 'hint',
      text: {
        en: 'Set the chart’s runtime.mountRoot to /var/runtime-mnt, move tiered stores below /var, and run a DataLoad after the move.',
        zh: '将 chart 的 runtime.mountRoot 设为 /var/runtime-mnt，缓存目录移到 /var 之下，迁移后执行 DataLoad。',
      },
    },
  ],
  effort: { onceMinutes: 120, perHostMinutes: 10 },
  sources: ['https://github.com/fluid-cloudnative/fluid (charts/fluid: runtime.mountRoot)'],
  evaluate({ cloudNative }) {
    const found = cloudNative.systems.filter(({ id }) => id === 'fluid' || id === 'jindofs')
    if (found.length === 0) return pass
    return {
      status: 'fail',
      here: {
        en: `Found: ${nameSome(found.map(({ id, evidence }) => `${id} (${evidence})`))}.`,
        zh: `发现：${nameSome(found.map(({ id, evidence }) => `${id}（${evidence}）`))}。`,
      },
      evidence: [
        { fact: 'cloudNative', excerpt: excerptOf(found.map(({ id, evidence }) => `${id}: ${evidence}`)) },
      ],
    }
  },
})
