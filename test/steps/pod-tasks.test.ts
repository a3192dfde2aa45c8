import { expect, it } from 'vitest'
import type { DrainPod } from '../../src/model/drain-pod.ts'
import type { ClusterView } from '../../src/steps/cluster-view.ts'
import { createPodTasks } from '../../src/steps/pod-tasks.ts'

it('lets a pod wait for the budgets of now when one has changed while the server was asked', () => {
  const pod = { uid: 'web-1', node: 'node-1', isReady: true } as DrainPod
  let [version, covering] = ['1', ['shop/old']]
  const view = { podsOn: () => [pod], ledger: new Map() } as unknown as ClusterView
  const tasks = createPodTasks({
    view,
    plans: {
      plan: () => ({ pod, action: 'evict' }) as never,
      covering: () => covering,
      version: () => version,
      versionOf: () => version,
    },
    onNew: () => undefined,
  })
  tasks.include('node-1')
  tasks.refresh()
  const [task] = tasks.of('node-1')
  task!.state = 'posting'
  ;[version, covering] = ['2', ['shop/new']]
  tasks.refresh()
  expect(task!.budgets).toEqual(['shop/old'])

  task!.state = 'waiting'
  tasks.answered(task!)
  tasks.refresh()
  expect(task!.budgets).toEqual(['shop/new'])
})
