import { homedir } from 'node:os'
import { dirname, isAbsolute, join, resolve } from 'node:path'
import type { Inventory, Labels, ResolvedSsh, SshSettings } from '../model/inventory.ts'
import { currentUser } from './current-user.ts'
import type { HostGroup } from './groups.ts'

/** Settings of one level: flags, a host, a group, or defaults. */
export interface Layer {
  labels?: Labels | undefined
  ssh?: SshSettings | undefined
}

export interface SettingSources {
  inventory: Inventory
  overrides: SshSettings
  /** Of the inventory file: relative paths in it are relative to its directory. */
  path: string
}

/** The layers that speak about a host, strongest first. */
export function layersOf(
  entry: Layer,
  groups: readonly HostGroup[],
  { inventory, overrides }: SettingSources,
): Layer[] {
  const ofGroups = groups.map(({ name }) => inventory.groups?.[name] ?? {})
  return [{ ssh: overrides }, entry, ...ofGroups, inventory.defaults ?? {}]
}

/** The first layer that says a thing decides it; built-in values fill the rest. `jump` is left empty. */
export function resolveSettings(layers: readonly Layer[], path: string): ResolvedSsh {
  const said = Object.assign({}, ...layers.map(({ ssh }) => ssh ?? {}).toReversed()) as SshSettings
  const file = (name: string): string => expandPath(name, path)
  const { password, passphrase, becomePassword, hostKeyAlias, configFile } = said
  return {
    user: said.user ?? currentUser() ?? 'root',
    port: said.port ?? 22,
    backend: said.backend ?? 'auto',
    identityFiles: (said.identityFiles ?? []).map(file),
    certificateFiles: (said.certificateFiles ?? []).map(file),
    agent: said.agent ?? true,
    jump: [],
    become: said.become ?? 'none',
    hostKeys: said.hostKeys ?? 'strict',
    knownHostsFiles: (said.knownHostsFiles ?? defaultKnownHosts).map(file),
    connectTimeoutMs: said.connectTimeoutMs ?? 10_000,
    ...(password !== undefined && { password }),
    ...(passphrase !== undefined && { passphrase }),
    ...(becomePassword !== undefined && { becomePassword }),
    ...(hostKeyAlias !== undefined && { hostKeyAlias }),
    ...(configFile !== undefined && { configFile: file(configFile) }),
  }
}

const defaultKnownHosts = ['~/.ssh/known_hosts', '/etc/ssh/ssh_known_hosts']

function expandPath(name: string, inventoryPath: string): string {
  if (name === '~' || name.startsWith('~/')) return join(homedir(), name.slice(1))
  return isAbsolute(name) ? name : resolve(dirname(inventoryPath), name)
}
