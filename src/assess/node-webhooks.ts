import type { ClusterNode } from '../model/cluster-nodes.ts'
import type { Webhook } from '../model/cluster-apis.ts'
import type { ClusterService } from '../model/cluster-services.ts'
import type { NodeWebhook } from '../model/node-view.ts'
import type { ClusterIndex } from './cluster-index.ts'

/** Where a webhook is answered. */
type Place =
  | { at: 'service'; ready: number; byNode: Readonly<Record<string, number>>; placed: number }
  | { at: 'unknown' }
  /** At an address that may be anybody's. */
  | { at: 'outside' }
  /** At the address or the name of a node. */
  | { at: 'host'; host: string }
  /** Nobody answers now, or each API server asks itself: no node makes a difference. */
  | { at: 'nowhere' }

interface Placed {
  webhook: Webhook
  /** `shop/guard`, or the URL. */
  by: string
  place: Place
}

/** Gives for a node the webhooks that nobody else answers, and those of which the snapshot does not say who does. */
export function nodeWebhooks(index: ClusterIndex): (node: ClusterNode) => NodeWebhook[] {
  const nodeHosts = new Set([...index.nodes.values()].flatMap(hostsOf))
  const placed = index.webhooks.map((webhook) => placedOf(webhook, index.services, nodeHosts))
  return (node) => {
    const hosts = hostsOf(node)
    return placed.flatMap(({ webhook, by, place }) => {
      const found = servedFor(place, node.name, hosts)
      if (found === null) return []
      const { kind, configuration, name, failurePolicy, rules } = webhook
      const { namespaceSelector, objectSelector, conditional } = webhook
      const asked = { kind, configuration, name, failurePolicy, rules, namespaceSelector, objectSelector }
      return { ...asked, ...(conditional === true ? { conditional } : {}), by, ...found }
    })
  }
}

function servedFor(
  place: Place,
  node: string,
  hosts: readonly string[],
): Pick<NodeWebhook, 'served' | 'ready'> | null {
  if (place.at === 'unknown' || place.at === 'outside') return { served: place.at, ready: 0 }
  if (place.at === 'nowhere') return null
  if (place.at === 'host') return hosts.includes(place.host) ? { served: 'here', ready: 1 } : null
  const { ready, byNode, placed } = place
  const here = Object.hasOwn(byNode, node) ? (byNode[node] ?? 0) : 0
  if (placed > here) return null
  // Addresses of no node may be on this one, too.
  return ready > placed ? { served: 'outside', ready: here } : { served: 'here', ready: here }
}

function placedOf(
  webhook: Webhook,
  services: ClusterIndex['services'],
  nodeHosts: ReadonlySet<string>,
): Placed {
  const { service, url } = webhook
  if (service !== null) {
    const by = `${service.namespace}/${service.name}`
    return { webhook, by, place: placeOfService(services.get(by)) }
  }
  const host = hostOf(url ?? '')
  const named = host === null ? null : serviceHost.exec(host)?.groups
  if (named !== null && named !== undefined) {
    const by = `${named['namespace']}/${named['name']}`
    return { webhook, by, place: placeOfService(services.get(by)) }
  }
  const by = url ?? ''
  if (host === null) return { webhook, by, place: { at: 'unknown' } }
  if (loopback.test(host)) return { webhook, by, place: { at: 'nowhere' } }
  return { webhook, by, place: nodeHosts.has(host) ? { at: 'host', host } : { at: 'outside' } }
}

function placeOfService(service: Pick<ClusterService, 'type' | 'endpoints'> | undefined): Place {
  if (service === undefined) return { at: 'nowhere' }
  if (service.type === 'ExternalName') return { at: 'outside' }
  if (service.endpoints === null) return { at: 'unknown' }
  const { ready, readyByNode } = service.endpoints
  if (ready === 0) return { at: 'nowhere' }
  const placed = Object.values(readyByNode).reduce((sum, count) => sum + count, 0)
  return { at: 'service', ready, byNode: readyByNode, placed }
}

/** The name that cluster DNS has for a Service: https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/ */
const serviceHost = /^(?<name>[a-z0-9-]+)\.(?<namespace>[a-z0-9-]+)\.svc(?:\.|$)/
/** An API server that asks itself. */
const loopback = /^(?:localhost|127\.\d+\.\d+\.\d+|::1)$/

/** Null when it is no URL; an IPv6 address without its brackets. */
function hostOf(url: string): string | null {
  return URL.canParse(url) ? new URL(url).hostname.replace(/^\[|\]$/g, '') : null
}

function hostsOf({ name, addresses }: ClusterNode): string[] {
  return [name, ...addresses.map(({ address }) => address.toLowerCase())]
}
