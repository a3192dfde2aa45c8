import { describe, expect, it } from 'vitest'
import { nydusSnapshotter } from '../../checks/nydus-snapshotter.ts'
import { healthySystem } from '../support/healthy-system.ts'
import { judge, judgeWithout, kernelWith } from '../support/judge.ts'

const healthyContainerd = healthySystem.containerRuntimes.containerd!

describe('nydus-snapshotter', () => {
  it('has nothing to say without Nydus', () => {
    expect(judge(nydusSnapshotter, {}).status).toBe('not-applicable')
  })

  it('warns where EROFS on demand is missing', () => {
    expect(
      judge(
        nydusSnapshotter,
        { cloudNative: { systems: [{ id: 'nydus', evidence: '/etc/nydus' }] } },
        { kernel: kernelWith({ options: { EROFS_FS_ONDEMAND: 'absent' } }) },
      ),
    ).toMatchObject({
      status: 'fail',
      severity: 'medium',
      here: { en: expect.stringContaining('only fusedev works') },
    })
  })

  it('passes where it is there', () => {
    expect(
      judge(
        nydusSnapshotter,
        { cloudNative: { systems: [{ id: 'nydus', evidence: '/etc/nydus' }] } },
        { kernel: kernelWith({ options: { EROFS_FS_ONDEMAND: 'builtin' } }) },
      ).status,
    ).toBe('pass')
  })

  it('is unknown when the data does not say', () => {
    expect(
      judge(
        nydusSnapshotter,
        { cloudNative: { systems: [{ id: 'nydus', evidence: '/etc/nydus' }] } },
        { kernel: kernelWith({}) },
      ).status,
    ).toBe('unknown')
  })

  it('needs its programs on ContainerOS', () => {
    expect(
      judge(
        nydusSnapshotter,
        { containerRuntimes: { containerd: { ...healthyContainerd, snapshotter: 'nydus' } } },
        { target: 'containeros' },
      ),
    ).toMatchObject({ status: 'fail', here: { en: expect.stringContaining('below /var') } })
  })

  it.each([...nydusSnapshotter.needs])('is unknown, not pass, without the fact %s', (fact) => {
    expect(judgeWithout(nydusSnapshotter, fact)).toMatchObject({ status: 'unknown', missing: [{ fact }] })
  })
})
