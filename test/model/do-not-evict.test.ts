import { describe, expect, it } from 'vitest'
import { asksToStay } from '../../src/model/do-not-evict.ts'
import { classifyPod } from '../../src/steps/pod-class.ts'
import { drainPod, noSurroundings } from '../steps/make-drain.ts'

const annotations = {
  'karpenter.sh/do-not-disrupt': 'false',
  'karpenter.sh/do-not-evict': 'true',
  'descheduler.alpha.kubernetes.io/prefer-no-eviction': 'true',
  'cluster-autoscaler.kubernetes.io/safe-to-evict': 'true',
}

describe('asksToStay', () => {
  it('names the annotations that ask, with their values', () => {
    expect(asksToStay(annotations)).toEqual([
      'karpenter.sh/do-not-evict=true',
      'descheduler.alpha.kubernetes.io/prefer-no-eviction=true',
    ])
  })

  it('leaves a preference to the descheduler when a drain asks', () => {
    const { doNotEvict } = classifyPod(drainPod({ annotations }), noSurroundings)
    expect(doNotEvict).toEqual(['karpenter.sh/do-not-evict=true'])
  })
})
