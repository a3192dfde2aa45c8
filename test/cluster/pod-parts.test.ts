import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { digestOf, requestsOf, volumeOf } from '../../src/cluster/pod-parts.ts'
import { RawVolume } from '../../src/cluster/raw-pod.ts'

const container = (cpu: number, more: object = {}) => ({
  name: 'c',
  resources: { requests: { cpu: `${cpu}m` } },
  ...more,
})

describe('requestsOf', () => {
  it('takes the largest init container when it is more than all others together', () => {
    const spec = { containers: [container(100), container(200)], initContainers: [container(500)] }
    expect(requestsOf(spec)).toEqual({ cpu: 500 })
  })

  it('counts sidecars beside the containers, and beside init containers that start after them', () => {
    const sidecar = container(50, { restartPolicy: 'Always' })
    const spec = { containers: [container(100)], initContainers: [sidecar, container(120)] }
    expect(requestsOf(spec)).toEqual({ cpu: 170 })
  })

  it('takes a limit for the request that is missing, and adds the overhead', () => {
    const spec = {
      containers: [{ name: 'c', resources: { limits: { memory: '1Gi' } } }],
      overhead: { memory: '160Mi', cpu: '250m' },
    }
    expect(requestsOf(spec)).toEqual({ memory: 2 ** 30 + 160 * 2 ** 20, cpu: 250 })
  })

  it('is never less than the sum of the containers, nor than any init container', () => {
    const amounts = fc.array(fc.integer({ min: 0, max: 10_000 }), { maxLength: 5 })
    fc.assert(
      fc.property(amounts, amounts, (running, starting) => {
        const { cpu = 0 } = requestsOf({
          containers: running.map((cpu) => container(cpu)),
          initContainers: starting.map((cpu) => container(cpu)),
        })
        const sum = running.reduce((total, cpu) => total + cpu, 0)
        expect(cpu).toBe(Math.max(sum, ...starting, 0))
      }),
    )
  })
})

describe('digestOf', () => {
  const digest = `sha256:${'0f'.repeat(32)}`
  it.each([
    [`docker-pullable://r.example.com/a@${digest}`, digest],
    [`r.example.com/a@${digest}`, digest],
    [`docker://${digest}`, null],
    [digest, null],
    ['', null],
    [undefined, null],
    ['r.example.com/a@evil', null],
  ])('takes the digest of a repository only: %s', (imageId, expected) => {
    expect(digestOf(imageId)).toBe(expected)
  })
})

describe('volumeOf', () => {
  it('names a kind that it does not know, without what is in it', () => {
    const raw = RawVolume.parse({ name: 'v', rbd: { monitors: ['m'], keyring: 'CANARY' } })
    expect(volumeOf(raw, 'pod')).toEqual({ name: 'v', kind: 'rbd' })
  })

  it('knows the claim of an ephemeral volume', () => {
    const raw = RawVolume.parse({ name: 'v', ephemeral: { volumeClaimTemplate: {} } })
    expect(volumeOf(raw, 'pod')).toEqual({ name: 'v', kind: 'ephemeral', claim: 'pod-v' })
  })
})
