import { describe, expect, it } from 'vitest'
import { localOnlyImages } from '../../checks/local-only-images.ts'
import type { FactValue } from '../../src/model/facts.ts'
import { commandsOf, judge, judgeDegraded, judgeWithout } from '../support/judge.ts'
import { dockerNode } from '../support/runtimes.ts'

const nothing: FactValue<'images'> = { runtime: 'none', total: 0, localOnly: [] }

describe('local-only-images', () => {
  it('passes when a registry has them all', () => {
    expect(judge(localOnlyImages, {}).status).toBe('pass')
  })

  it('names an image by its tag', () => {
    expect(
      judge(localOnlyImages, {
        images: { total: 3, localOnly: [{ id: 'sha256:aa', tags: ['app:1'], sizeBytes: 5 }] },
      }),
    ).toMatchObject({
      status: 'fail',
      here: {
        en: expect.stringContaining('1 of 3 images are in no registry that this host knows of: app:1.'),
      },
    })
  })

  it('names one without a tag by its id', () => {
    expect(
      judge(localOnlyImages, {
        images: { total: 1, localOnly: [{ id: 'sha256:0123456789abcdef', tags: [], sizeBytes: null }] },
      }),
    ).toMatchObject({ status: 'fail', here: { en: expect.stringContaining('sha256:012345678') } })
  })

  it('passes a host without a runtime', () => {
    expect(judge(localOnlyImages, { images: nothing, containerRuntimes: { containerd: null } }).status).toBe(
      'pass',
    )
  })

  it('is unknown when a runtime is installed and nothing was listed', () => {
    expect(judge(localOnlyImages, { images: nothing })).toMatchObject({
      status: 'unknown',
      reason: { en: expect.stringContaining('containerd') },
    })
  })

  it('is unknown when one of two runtimes is stopped', () => {
    const docker = { ...dockerNode, active: false }
    expect(
      judge(localOnlyImages, { images: { runtime: 'containerd' }, containerRuntimes: { docker } }),
    ).toMatchObject({ status: 'unknown', reason: { en: expect.stringContaining('docker') } })
  })

  it('is unknown when podman is installed and its images were not listed', () => {
    const containerRuntimes = { podmanVersion: '4.9.4' }
    const podman = { status: 'unknown', reason: { en: expect.stringContaining('podman') } }
    expect(judge(localOnlyImages, { containerRuntimes })).toMatchObject(podman)
    expect(judge(localOnlyImages, { containerRuntimes, images: { stores: ['containerd'] } })).toMatchObject(
      podman,
    )
    const images: Partial<FactValue<'images'>> = { stores: ['containerd', 'podman'] }
    expect(judge(localOnlyImages, { containerRuntimes, images }).status).toBe('pass')
  })

  it('goes by the stores that were listed, not by which runtime has the most images', () => {
    const containerRuntimes = { docker: dockerNode }
    expect(judge(localOnlyImages, { containerRuntimes, images: { stores: ['docker', 'k3s'] } }).status).toBe(
      'pass',
    )
    expect(judge(localOnlyImages, { containerRuntimes, images: { stores: ['containerd'] } })).toMatchObject({
      status: 'unknown',
      reason: { en: 'Installed, but its images were not listed: docker.' },
    })
  })

  it('is unknown when a part of the images was not listed', () => {
    expect(judgeDegraded(localOnlyImages, 'images')).toMatchObject({ status: 'unknown' })
  })

  it.each([
    ['docker', 'registry.example.com/app:1', [['docker', 'push', 'registry.example.com/app:1']]],
    ['docker', 'localhost:5000/app:1', []],
    ['docker', 'build/app:1', []],
    ['docker', 'app:1', []],
    ['containerd', 'docker.io/library/app:1', []],
    [
      'containerd',
      '10.0.0.5:5000/app:1',
      [['ctr', '--namespace', 'k8s.io', 'images', 'push', '10.0.0.5:5000/app:1']],
    ],
    ['crio', 'registry.example.com/app:1', [['podman', 'push', 'registry.example.com/app:1']]],
    ['podman', 'registry.example.com/app:1', [['podman', 'push', 'registry.example.com/app:1']]],
  ] as const)('offers %s to push %s only to a registry that its name names', (runtime, tag, commands) => {
    const result = judge(localOnlyImages, {
      images: { runtime, total: 1, localOnly: [{ id: 'sha256:aa', tags: [tag], sizeBytes: 5 }] },
    })
    expect(commandsOf(result)).toEqual(commands)
    expect(result).toMatchObject({
      remedies: expect.arrayContaining([
        { kind: 'hint', text: { en: expect.stringContaining('(tag)'), zh: expect.any(String) } },
      ]),
    })
  })

  it.each([...localOnlyImages.needs])('is unknown, not pass, without the fact %s', (fact) => {
    expect(judgeWithout(localOnlyImages, fact)).toMatchObject({ status: 'unknown', missing: [{ fact }] })
  })
})
