import { defineCheck, pass } from '../src/model/check.ts'
import { excerptOf } from '../src/model/excerpt.ts'

/** Reserved huge pages come from settings that a rewritten system does not have. */
export const hugepagesReserved = defineCheck({
  id: 'hugepages-reserved',
  domain: 'hardware',
  targets: ['containeros'],
  needs: ['memory'],
  severity: 'medium',
  title: { en: 'Reserved huge pages must be configured again', zh: '预留的大页需要重新配置' },
  what: {
    en: 'Huge pages reserved by kernel arguments or sysctl are part of what the node offers (hugepages-2Mi, hugepages-1Gi). A rewritten system starts without them, and pods that ask for them stay pending.',
    zh: '通过内核参数或 sysctl 预留的大页是节点可分配资源（hugepages-2Mi、hugepages-1Gi）的一部分。重写后的系统没有这些设置，申请大页的 Pod 将一直 Pending。',
  },
  remedies: [
    {
      kind: 'hint',
      text: {
        en: 'Put hugepagesz= and hugepages= into kernelArguments of the Ignition configuration, or vm.nr_hugepages into a file below /etc/sysctl.d.',
        zh: '在 Ignition 配置的 kernelArguments 中加入 hugepagesz= 与 hugepages=，或在 /etc/sysctl.d 中设置 vm.nr_hugepages。',
      },
    },
  ],
  effort: { onceMinutes: 20, perHostMinutes: 0 },
  sources: ['https://kubernetes.io/docs/tasks/manage-hugepages/scheduling-hugepages/'],
  evaluate({ memory }) {
    const reserved = memory.hugepages.filter(({ total }) => total > 0)
    if (reserved.length === 0) return pass
    const list = reserved.map(({ sizeKiB, total }) => `${total} x ${sizeKiB / 1024} MiB`).join(', ')
    return {
      status: 'fail',
      here: { en: `This host reserves ${list}.`, zh: `该主机预留了 ${list}。` },
      evidence: [
        {
          fact: 'memory',
          excerpt: excerptOf(reserved.map((p) => `hugepages-${p.sizeKiB}kB total ${p.total} free ${p.free}`)),
        },
      ],
    }
  },
})
