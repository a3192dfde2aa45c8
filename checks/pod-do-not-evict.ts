import { defineNodeCheck, pass } from '../src/model/check.ts'
import { asksToStay, doNotEvictAnnotations } from '../src/model/do-not-evict.ts'
import { clusterEvidence, podNames } from '../src/model/node-evidence.ts'
import { isMoved, nodePodName } from '../src/model/node-view.ts'

/** Pods whose owners ask autoscalers to leave them alone. */
export const podDoNotEvict = defineNodeCheck({
  id: 'pod-do-not-evict',
  domain: 'kubernetes',
  targets: ['anolis-rhck', 'anolis-anck', 'containeros'],
  lists: ['nodes', 'pods'],
  severity: 'medium',
  title: { en: 'Pods ask not to be evicted', zh: 'Pod 要求不被驱逐' },
  what: {
    en: 'Owners mark pods that must not be interrupted for autoscalers, for example long computations. The eviction API does not know these marks; osferry drain respects them and refuses, unless a rule says Drain for the pod.',
    zh: '负责人会为自动伸缩组件标记不可中断的 Pod，例如长时间计算任务。驱逐 API 不识别这些标记；osferry drain 会予以尊重并拒绝，除非规则对该 Pod 指定 Drain。',
  },
  remedies: [
    {
      kind: 'hint',
      text: {
        en: 'Ask the owner when the pod may be interrupted; then let it end by itself (rule WaitCompleted), or allow it (rule Drain).',
        zh: '与负责人确认可中断的时间，然后等待其自行结束（规则 WaitCompleted），或允许驱逐（规则 Drain）。',
      },
    },
  ],
  effort: { onceMinutes: 20, perHostMinutes: 5 },
  sources: doNotEvictAnnotations.map(({ source }) => source),
  evaluate({ node }) {
    const found = node.pods.filter((pod) => isMoved(pod) && asksToStay(pod.evictionAnnotations).length > 0)
    if (found.length === 0) return pass
    return {
      status: 'fail',
      here: {
        en: `Their owners ask for peace: ${podNames(found)}.`,
        zh: `负责人要求不中断：${podNames(found)}。`,
      },
      evidence: clusterEvidence(
        found.map((pod) => `${nodePodName(pod)}: ${asksToStay(pod.evictionAnnotations).join(', ')}`),
      ),
    }
  },
})
