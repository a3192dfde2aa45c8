import { MigrationError } from '../model/errors.ts'
import { isLoginName, type JumpHop, type SshSettings } from '../model/inventory.ts'
import { nearest } from '../model/nearest.ts'
import type { HostGroup } from './groups.ts'
import type { NamedHost } from './load.ts'
import { layersOf, resolveSettings, type Layer, type SettingSources } from './settings.ts'

export interface JumpSources extends SettingSources {
  named: readonly NamedHost[]
  groups: ReadonlyMap<string, readonly HostGroup[]>
}

export interface JumpResolver {
  /** The hops to a host, nearest first, each resolved; jump hosts' own jump hosts come before them. */
  chainOf(host: NamedHost): readonly JumpHop[]
}

/** One way to a jump host: its layers and the names it jumps through itself. */
interface Stop {
  name: string
  address: string
  layers: readonly Layer[]
  via: readonly string[]
}

/**
 * Resolves jump host names: `jumpHosts`, then hosts of the inventory, then `user@host:port`. Jump hosts take the
 * defaults (user, keys, host key policy), but not their port and jump. Cycles are refused.
 */
export function createJumpResolver(sources: JumpSources): JumpResolver {
  const byName = new Map(sources.named.map((host) => [host.name, host]))
  const context: Context = { sources, byName, chains: new Map() }
  return {
    chainOf(host) {
      const names = jumpOf(layersOf(host.entry, sources.groups.get(host.name) ?? [], sources), host.name)
      return names.flatMap((name) => chainTo(name, context, { seen: [host.name], line: host.line }))
    },
  }
}

interface Context {
  sources: JumpSources
  byName: ReadonlyMap<string, NamedHost>
  /** Chains already resolved, by the jump host's name. */
  chains: Map<string, readonly JumpHop[]>
}

/** The way so far: names passed, and the line of the host that asked. */
interface Trail {
  seen: readonly string[]
  line: number
}

function chainTo(name: string, context: Context, { seen, line }: Trail): readonly JumpHop[] {
  const known = context.chains.get(name)
  if (known) return known
  const place = `${context.sources.path}:${line}`
  if (seen.includes(name))
    throw new MigrationError(
      'INVENTORY_INVALID',
      `${place}: jump hosts lead in a circle: ${[...seen, name].join(' > ')}`,
      {
        hint: 'a jump host needs a way that does not lead through itself',
      },
    )
  const stop = findStop(name, context, place)
  const before = stop.via.flatMap((next) => chainTo(next, context, { seen: [...seen, name], line }))
  const ssh = resolveSettings(stop.layers, context.sources.path)
  const chain = [...before, { name: stop.name, address: stop.address, ssh }]
  context.chains.set(name, chain)
  return chain
}

function findStop(name: string, { sources, byName }: Context, place: string): Stop {
  const { inventory } = sources
  const defaults = inventory.defaults?.ssh ?? {}
  const { port: _port, jump: _jump, become: _become, hostKeyAlias: _alias, ...inherited } = defaults
  const entry = Object.hasOwn(inventory.jumpHosts ?? {}, name) ? inventory.jumpHosts?.[name] : undefined
  if (entry) {
    const layers = [{ ssh: entry.ssh }, { ssh: inherited }]
    return { name, address: entry.address ?? name, layers, via: entry.ssh?.jump ?? [] }
  }
  const host = byName.get(name)
  if (host) {
    const layers = layersOf(host.entry, sources.groups.get(name) ?? [], { ...sources, overrides: {} })
    return { name, address: host.address, layers, via: jumpOf(layers, name) }
  }
  const meant = nearest(name, [...Object.keys(inventory.jumpHosts ?? {}), ...byName.keys()])
  const literal = /[@.:]/.test(name) || meant === undefined ? parseLiteral(name) : undefined
  if (literal) {
    const { address, ...ssh } = literal
    return { name, address, layers: [{ ssh }, { ssh: inherited }], via: [] }
  }
  throw new MigrationError('INVENTORY_INVALID', `${place}: jump host ${JSON.stringify(name)} is not known`, {
    hint: `expected a name of jumpHosts or hosts, or user@host:port${meant === undefined ? '' : `; did you mean ${meant}?`}`,
  })
}

/** What a host jumps through. An inherited jump that names the host itself does not count: bastions go directly. */
function jumpOf(layers: readonly Layer[], self: string): readonly string[] {
  const index = layers.findIndex(({ ssh }) => ssh?.jump !== undefined)
  const jump = layers[index]?.ssh?.jump ?? []
  return index !== 1 && jump.includes(self) ? [] : jump
}

/** `user@host:port` or `user@[v6]:port`. */
function parseLiteral(text: string): ({ address: string } & SshSettings) | undefined {
  const found =
    /^(?:ssh:\/\/)?(?:([^@\s]+)@)?(?:\[([0-9A-Fa-f:.%]+)\]|([A-Za-z0-9_][A-Za-z0-9_.-]*))(?::(\d{1,5}))?$/.exec(
      text,
    )
  if (!found) return undefined
  const [, user, v6, name, port] = found
  if (port !== undefined && (Number(port) < 1 || Number(port) > 65_535)) return undefined
  if (user !== undefined && !isLoginName(user)) return undefined
  const address = v6 ?? name ?? ''
  return { address, ...(user !== undefined && { user }), ...(port !== undefined && { port: Number(port) }) }
}
