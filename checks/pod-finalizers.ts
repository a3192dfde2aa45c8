import { defineNodeCheck, pass } from '../src/model/check.ts'
import { clusterEvidence, podNames } from '../src/model/node-evidence.ts'
import { isMoved, nodePodName } from '../src/model/node-view.ts'

/** Taken off by Kubernetes itself. */
const ordinary = new Set(['batch.kubernetes.io/job-tracking', 'foregroundDeletion', 'orphan'])
/** A pod that should have ended is stuck after this. */
const patienceMs = 60_000

/** Pods that cannot go: somebody must act first, or they are on their way out and stuck. */
export const podFinalizers = defineNodeCheck({
  id: 'pod-finalizers',
  domain: 'kubernetes',
  targets: ['anolis-rhck', 'anolis-anck', 'containeros'],
  lists: ['nodes', 'pods'],
  severity: 'medium',
  worstSeverity: 'high',
  title: { en: 'Pods wait for somebody before they go', zh: 'Pod 在终止前需等待其他组件' },
  what: {
    en: 'A pod with a finalizer stays until the component that wrote it takes it off; if that component is gone, it stays for ever, and a drain waits with it. Pods that should have ended long ago show that it has happened already.',
    zh: '带有 finalizer 的 Pod 会一直保留，直到写入它的组件将其移除；若该组件已不存在，Pod 会永远滞留，排空也会一直等待。早该终止却仍存在的 Pod 说明问题已经发生。',
  },
  remedies: [
    {
      kind: 'hint',
      text: {
        en: 'Find the component that owns the finalizer and bring it back to work. Take a finalizer off by hand only when you know what it stood for.',
        zh: '找到 finalizer 所属的组件并恢复其运行；只有清楚其用途时才手工移除 finalizer。',
      },
    },
  ],
  effort: { onceMinutes: 30, perHostMinutes: 0 },
  sources: [
    'https://kubernetes.io/docs/concepts/overview/working-with-objects/finalizers/',
    'facts: nodes.md 2.4, stuck classes',
  ],
  evaluate({ node }, { now }) {
    const isStuck = ({ deletedAt }: { deletedAt: string | null }): boolean =>
      deletedAt !== null && Date.parse(now) - Date.parse(deletedAt) > patienceMs
    const found = node.pods.filter(
      (pod) => isMoved(pod) && (isStuck(pod) || pod.finalizers.some((name) => !ordinary.has(name))),
    )
    if (found.length === 0) return pass
    const stuck = found.filter(isStuck)
    return {
      status: 'fail',
      severity: stuck.length > 0 ? 'high' : 'medium',
      here:
        stuck.length > 0
          ? {
              en: `Should have ended, and are still there: ${podNames(stuck)}.`,
              zh: `早应终止但仍然存在：${podNames(stuck)}。`,
            }
          : { en: `With finalizers: ${podNames(found)}.`, zh: `带有 finalizer：${podNames(found)}。` },
      evidence: clusterEvidence(
        found.map((pod) => {
          const since = pod.deletedAt === null ? '' : ` ending since ${pod.deletedAt}`
          return `${nodePodName(pod)}: ${pod.finalizers.join(', ') || 'no finalizer'}${since}`
        }),
      ),
    }
  },
})
