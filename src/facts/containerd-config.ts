import type { Containerd } from '../model/facts-container.ts'
import { distinct } from './marked.ts'
import type { TomlDocument, TomlSetting } from './toml.ts'
import { parseToml } from './toml.ts'

export type ContainerdSettings = Omit<Containerd, 'version' | 'active' | 'enabled' | 'configPath'>

/**
 * The settings of containerd's configuration that a move must keep. Version 1 names its CRI plugin `cri`, version 2
 * `io.containerd.grpc.v1.cri`, version 3 `io.containerd.cri.v1.runtime` and `.images`: the path below the plugin
 * decides, not its name. Later texts (conf.d) win. Credentials (`registry.configs.*.auth`) are never looked at.
 */
export function containerdSettings(texts: readonly string[]): ContainerdSettings {
  const documents = texts.map(parseToml)
  const settings = documents.flatMap(({ settings }) => settings)
  const below = criSettings(settings)
  const version = numberAt(settings, 'version')
  const runtimes = runtimesOf(documents, below)
  return {
    configVersion: version,
    root: textAt(settings, 'root') ?? '/var/lib/containerd',
    snapshotter: textAt(below, 'containerd', 'snapshotter') ?? textAt(below, 'snapshotter'),
    proxyPlugins: namesBelow(documents, 'proxy_plugins'),
    runtimes,
    systemdCgroup: systemdCgroupOf(below, version),
    registryConfigPath: textAt(below, 'registry', 'config_path'),
    registries: distinct([
      ...criNames(documents, 'registry', 'mirrors'),
      ...criNames(documents, 'registry', 'configs'),
    ]),
    sandboxImage: textAt(below, 'sandbox_image') ?? textAt(below, 'pinned_images', 'sandbox'),
  }
}

/** Files and patterns that a configuration imports; null when it imports something that could not be understood. */
export function importsOf(text: string): readonly string[] | null {
  const value = valueAt(parseToml(text).settings, 'imports')
  if (value === undefined) return /^\s*["']?imports["']?\s*=/m.test(text) ? null : []
  return Array.isArray(value) ? (value as readonly string[]) : null
}

const criPlugin = /^(?:cri|io\.containerd\.grpc\.v1\.cri|io\.containerd\.cri\.v1\.(?:runtime|images))$/

/** Settings of the CRI plugin, paths without `plugins` and its name. */
function criSettings(settings: readonly TomlSetting[]): TomlSetting[] {
  return settings
    .filter(({ path }) => path[0] === 'plugins' && criPlugin.test(path[1] ?? ''))
    .map(({ path, value }) => ({ path: path.slice(2), value }))
}

function runtimesOf(
  documents: readonly TomlDocument[],
  below: readonly TomlSetting[],
): Containerd['runtimes'] {
  return criNames(documents, 'containerd', 'runtimes').map((name) => ({
    name,
    type: textAt(below, 'containerd', 'runtimes', name, 'runtime_type'),
  }))
}

/** Of the default runtime, `runc` when none is named; containerd's own default is false. */
function systemdCgroupOf(below: readonly TomlSetting[], version: number | null): boolean | null {
  const name = textAt(below, 'containerd', 'default_runtime_name') ?? 'runc'
  const said =
    valueAt(below, 'containerd', 'runtimes', name, 'options', 'SystemdCgroup') ??
    valueAt(below, 'systemd_cgroup')
  if (typeof said === 'boolean') return said
  return (version ?? 1) <= 2 ? false : null
}

function criNames(documents: readonly TomlDocument[], ...prefix: string[]): string[] {
  return distinct(
    everyPath(documents)
      .filter((path) => path[0] === 'plugins' && criPlugin.test(path[1] ?? ''))
      .map((path) => path.slice(2))
      .filter((path) => prefix.every((part, index) => path[index] === part))
      .flatMap((path) => path[prefix.length] ?? []),
  )
}

function namesBelow(documents: readonly TomlDocument[], table: string): string[] {
  return distinct(everyPath(documents).flatMap((path) => (path[0] === table ? (path[1] ?? []) : [])))
}

function everyPath(documents: readonly TomlDocument[]): (readonly string[])[] {
  return documents.flatMap(({ tables, settings }) => [...tables, ...settings.map(({ path }) => path)])
}

function valueAt(settings: readonly TomlSetting[], ...wanted: string[]): TomlSetting['value'] | undefined {
  return settings.findLast(
    ({ path }) => path.length === wanted.length && path.every((part, index) => part === wanted[index]),
  )?.value
}

function textAt(settings: readonly TomlSetting[], ...wanted: string[]): string | null {
  const value = valueAt(settings, ...wanted)
  return typeof value === 'string' && value !== '' ? value : null
}

function numberAt(settings: readonly TomlSetting[], ...wanted: string[]): number | null {
  const value = valueAt(settings, ...wanted)
  return typeof value === 'number' ? value : null
}
