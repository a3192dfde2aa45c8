import { z } from 'zod'
import type { ServiceEndpoints } from '../model/cluster-services.ts'
import { defineKind } from './kind.ts'
import type { ListedKind, RecordKind } from './kind.ts'
import { flag, objectOf, optionalWord, RawMeta, word, wordMap } from './raw.ts'

/** Endpoints by Service while slices go by. */
export interface EndpointCounts {
  add(slice: RawSlice): void
  of(namespace: string, service: string): ServiceEndpoints
}

/**
 * Slices, not Endpoints: these are cut after a thousand addresses, have all of a Service in one object, and are deprecated
 * since 1.33. https://kubernetes.io/docs/concepts/services-networking/endpoint-slices/
 */
export const endpointSlices: ListedKind = {
  group: 'discovery.k8s.io',
  resource: 'endpointslices',
  versions: ['v1', 'v1beta1'],
}

/** What is counted of a slice; addresses are not looked at. */
export const RawSlice = z.object({
  metadata: z.object({ name: word, namespace: optionalWord, labels: wordMap }),
  addressType: word,
  endpoints: z
    .array(
      z.object({
        conditions: z.object({ ready: flag }).nullish(),
        nodeName: optionalWord,
        /** v1beta1 has the node here. */
        topology: wordMap,
      }),
    )
    .nullish(),
})
export type RawSlice = z.infer<typeof RawSlice>

const RawService = z.object({
  metadata: RawMeta,
  spec: z.object({ type: optionalWord, selector: wordMap }),
})

/** Services with the endpoints that were counted before; `counts` is null when these could not be read whole. */
export function servicesWith(counts: EndpointCounts | null): RecordKind<'services'> {
  const endpoints = (namespace: string, name: string): ServiceEndpoints | null =>
    counts === null ? null : counts.of(namespace, name)
  const kind = defineKind({
    list: 'services',
    group: '',
    resource: 'services',
    versions: ['v1'],
    raw: RawService,
    records: ({ metadata, spec }) => {
      const { name, namespace } = metadata
      const selector = spec.selector ?? {}
      return [
        {
          ...objectOf(metadata),
          namespace: namespace ?? '',
          type: spec.type ?? 'ClusterIP',
          selector: Object.keys(selector).length === 0 ? null : selector,
          endpoints: endpoints(namespace ?? '', name),
        },
      ]
    },
  })
  // Its endpoints change without it.
  return {
    ...kind,
    again: (service) => ({ ...service, endpoints: endpoints(service.namespace, service.name) }),
  }
}

interface Counted {
  ready: number
  notReady: number
  byNode: Map<string, number>
}

/** Says which Service a slice belongs to. */
const serviceLabel = 'kubernetes.io/service-name'
/** In v1beta1 the endpoint's node stands here. */
const topologyNode = 'kubernetes.io/hostname'

/** Counts of nothing. While a pod moves between two slices it may be counted twice: each slice is written for itself. */
export function createEndpointCounts(): EndpointCounts {
  /** By Service, then by family of addresses. */
  const found = new Map<string, Map<string, Counted>>()
  return {
    add({ metadata, addressType, endpoints }) {
      const service = metadata.labels?.[serviceLabel]
      if (!service) return
      const key = `${metadata.namespace ?? ''}/${service}`
      const families = found.get(key) ?? new Map<string, Counted>()
      found.set(key, families)
      const counted = families.get(addressType) ?? { ready: 0, notReady: 0, byNode: new Map() }
      families.set(addressType, counted)
      for (const { conditions, nodeName, topology } of endpoints ?? []) {
        // A condition that nobody has set counts as ready: discovery/v1, EndpointConditions.
        if (conditions?.ready === false) {
          counted.notReady += 1
          continue
        }
        counted.ready += 1
        const node = nodeName ?? topology?.[topologyNode]
        if (node) counted.byNode.set(node, (counted.byNode.get(node) ?? 0) + 1)
      }
    },
    of(namespace, service) {
      const families = [...(found.get(`${namespace}/${service}`)?.values() ?? [])]
      const size = ({ ready, notReady }: Counted): number => ready + notReady
      const [largest] = families.sort((a, b) => b.ready - a.ready || size(b) - size(a))
      const { ready = 0, notReady = 0, byNode = [] } = largest ?? {}
      return { ready, notReady, readyByNode: Object.fromEntries(byNode) }
    },
  }
}
