import { defineCollector } from '../model/collector.ts'
import type { Routes } from '../model/facts-hardware.ts'
import { ipScript, parseRoutes, type Route } from './ip.ts'

/** Routes of the main table, both families. */
export const routes = defineCollector({
  fact: 'routes',
  set: 'basic',
  command: 'ip -j route show table all',
  script: ipScript,
  maxBytes: 4 * 1024 * 1024,
  parse(input) {
    const main = parseRoutes(input.stdout, input.exitCode).filter(
      ({ table, type }) => (table ?? 'main') === 'main' && (type ?? 'unicast') !== 'multicast',
    )
    return { routes: input.atMost(main, 2000, 'routes').map((route) => routeOf(route)) }
  },
})

function routeOf(route: Route): Routes['routes'][number] {
  const hop = route.nexthops?.[0]
  const gateway = route.gateway ?? route.via?.host ?? hop?.gateway ?? null
  // A default route has no address of its own: its gateway tells, else IPv6 shows by its metric, which it always has.
  const isSix = route.dst.includes(':') || (gateway?.includes(':') ?? false)
  const defaultSix = route.dst === 'default' && gateway === null && route.metric === 1024
  return {
    family: isSix || defaultSix ? 6 : 4,
    destination: route.dst,
    gateway,
    interface: route.dev ?? hop?.dev ?? null,
    metric: route.metric ?? null,
    protocol: route.protocol === null || route.protocol === undefined ? null : String(route.protocol),
  }
}
