import { describe, expect, it } from 'vitest'
import { snapshotterSupport } from '../../checks/snapshotter-support.ts'
import { healthySystem } from '../support/healthy-system.ts'
import { judge, judgeDegraded, judgeWithout, kernelWith } from '../support/judge.ts'

const healthyContainerd = healthySystem.containerRuntimes.containerd!

describe('snapshotter-support', () => {
  it('has nothing to say about overlayfs', () => {
    expect(judge(snapshotterSupport, {}).status).toBe('not-applicable')
  })

  it('blocks when the kernel lacks the module', () => {
    expect(
      judge(
        snapshotterSupport,
        { containerRuntimes: { containerd: { ...healthyContainerd, snapshotter: 'erofs' } } },
        { kernel: kernelWith({ modules: { erofs: 'absent' } }) },
      ),
    ).toMatchObject({ status: 'fail', severity: 'block', here: { en: expect.stringContaining('erofs') } })
  })

  it('passes when it has it', () => {
    expect(
      judge(
        snapshotterSupport,
        { containerRuntimes: { containerd: { ...healthyContainerd, snapshotter: 'devmapper' } } },
        { kernel: kernelWith({ modules: { dm_thin_pool: 'module' } }) },
      ).status,
    ).toBe('pass')
  })

  it('is unknown when the data does not say', () => {
    expect(
      judge(
        snapshotterSupport,
        { containerRuntimes: { containerd: { ...healthyContainerd, snapshotter: 'stargz' } } },
        { kernel: kernelWith({}) },
      ).status,
    ).toBe('unknown')
  })

  it('needs the plugin in the image', () => {
    expect(
      judge(
        snapshotterSupport,
        { containerRuntimes: { containerd: { ...healthyContainerd, snapshotter: 'stargz' } } },
        { target: 'containeros', kernel: kernelWith({ modules: { fuse: 'module' } }) },
      ),
    ).toMatchObject({ status: 'fail', here: { en: expect.stringContaining('part of the image') } })
  })

  it('leaves Nydus to its own check', () => {
    expect(
      judge(snapshotterSupport, {
        containerRuntimes: { containerd: { ...healthyContainerd, snapshotter: 'nydus' } },
      }).status,
    ).toBe('not-applicable')
  })

  it('calls the default by its name, and knows nothing when the configuration was denied', () => {
    const overrides = { containerRuntimes: { containerd: { ...healthyContainerd, snapshotter: null } } }
    expect(judge(snapshotterSupport, overrides)).toMatchObject({
      status: 'not-applicable',
      reason: { en: expect.stringContaining('default') },
    })
    expect(judgeDegraded(snapshotterSupport, 'containerRuntimes', overrides).status).toBe('unknown')
  })

  it.each([...snapshotterSupport.needs])('is unknown, not pass, without the fact %s', (fact) => {
    expect(judgeWithout(snapshotterSupport, fact)).toMatchObject({ status: 'unknown', missing: [{ fact }] })
  })
})
