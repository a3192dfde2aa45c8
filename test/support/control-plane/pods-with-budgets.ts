import type { ApiClient } from './api.ts'

/** Pods and budgets whose status the tests write themselves: no kubelet, scheduler or controller is in between. */
export interface PodsWithBudgets {
  /** A running, ready pod with the label app=NAME; its uid. */
  pod(name: string, namespace?: string): Promise<string>
  /** A budget for app=APP that allows so many disruptions. */
  budget(name: string, app: string, status: { allowed: number; observedGeneration?: number }): Promise<void>
}

const merge = { contentType: 'application/merge-patch+json' }

export function podsWithBudgets(api: ApiClient, policy: 'v1' | 'v1beta1'): PodsWithBudgets {
  return {
    async pod(name, namespace = 'default') {
      const pods = `/api/v1/namespaces/${namespace}/pods`
      const body = {
        metadata: { name, labels: { app: name } },
        spec: { nodeName: 'none', containers: [{ name: 'c', image: 'none' }] },
      }
      const { metadata } = await api.request('POST', pods, { body })
      const status = { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] }
      await api.request('PATCH', `${pods}/${name}/status`, { body: { status }, ...merge })
      return metadata.uid
    },
    async budget(name, app, { allowed, observedGeneration = 1 }) {
      const budgets = `/apis/policy/${policy}/namespaces/default/poddisruptionbudgets`
      const body = { metadata: { name }, spec: { minAvailable: 1, selector: { matchLabels: { app } } } }
      await api.request('POST', budgets, { body })
      const status = {
        observedGeneration,
        disruptionsAllowed: allowed,
        currentHealthy: 1,
        desiredHealthy: 1,
        expectedPods: 1,
      }
      await api.request('PATCH', `${budgets}/${name}/status`, { body: { status }, ...merge })
    },
  }
}
