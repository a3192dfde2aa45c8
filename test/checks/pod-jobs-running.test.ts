import { describe, expect, it } from 'vitest'
import { podJobsRunning } from '../../checks/pod-jobs-running.ts'
import { clusterPod, controller, judgeNode, withPods } from '../support/cluster-fixture.ts'
import { itNeedsItsLists } from '../support/needs-lists.ts'

describe('pod-jobs-running', () => {
  it('passes without Jobs', () => {
    expect(judgeNode(podJobsRunning, {}).status).toBe('pass')
  })

  it.each(['Job/import', 'CronJob/nightly'])('names %s', (owner) => {
    const parts = withPods(clusterPod('run-1', { owner: controller(owner) }))
    expect(judgeNode(podJobsRunning, parts)).toMatchObject({
      status: 'fail',
      here: { en: `Running: shop ${owner}.` },
    })
  })

  it.each(['Succeeded', 'Failed'])('leaves a pod alone that has %s', (phase) => {
    const parts = withPods(clusterPod('run-1', { owner: controller('Job/import'), phase }))
    expect(judgeNode(podJobsRunning, parts).status).toBe('pass')
  })

  it('leaves Jobs on other nodes alone', () => {
    const parts = withPods(clusterPod('run-1', { owner: controller('Job/import'), node: 'node-2' }))
    expect(judgeNode(podJobsRunning, parts).status).toBe('pass')
  })

  itNeedsItsLists(podJobsRunning)
})
