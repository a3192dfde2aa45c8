import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createEndpointCounts, RawSlice } from '../../src/cluster/services.ts'

interface Pod {
  ready: boolean
  node: string
}

const pod = fc.record({ ready: fc.boolean(), node: fc.constantFrom('node-1', 'node-2', 'node-3') })

function slice(addressType: string, pods: readonly Pod[]): RawSlice {
  return RawSlice.parse({
    metadata: { name: 'web-1', namespace: 'shop', labels: { 'kubernetes.io/service-name': 'web' } },
    addressType,
    endpoints: pods.map(({ ready, node }) => ({ conditions: { ready }, nodeName: node })),
  })
}

describe('endpoints of a Service', () => {
  it('are the same however they are cut into slices, in both families of addresses', () => {
    fc.assert(
      fc.property(fc.array(fc.array(pod)), fc.boolean(), (parts, isDualStack) => {
        const counts = createEndpointCounts()
        for (const part of parts) {
          counts.add(slice('IPv4', part))
          if (isDualStack) counts.add(slice('IPv6', part))
        }
        const ready = parts.flat().filter((one) => one.ready)
        const byNode = Map.groupBy(ready, ({ node }) => node)
        expect(counts.of('shop', 'web')).toEqual({
          ready: ready.length,
          notReady: parts.flat().length - ready.length,
          readyByNode: Object.fromEntries([...byNode].map(([node, pods]) => [node, pods.length])),
        })
      }),
    )
  })

  it('are those of its own namespace, and of no slice that names no Service', () => {
    const counts = createEndpointCounts()
    counts.add(slice('IPv4', [{ ready: true, node: 'node-1' }]))
    counts.add({ ...slice('IPv4', [{ ready: true, node: 'node-1' }]), metadata: { name: 'lonely' } })
    expect(counts.of('other', 'web')).toEqual({ ready: 0, notReady: 0, readyByNode: {} })
    expect(counts.of('shop', 'web').ready).toBe(1)
  })

  it('are of the family that has them when a Service changes from one to the other', () => {
    const counts = createEndpointCounts()
    counts.add(slice('IPv4', []))
    counts.add(slice('IPv6', [{ ready: true, node: 'node-1' }]))
    expect(counts.of('shop', 'web').readyByNode).toEqual({ 'node-1': 1 })
  })
})
