import { existsSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import type { BmcSettings } from '../model/bmc-settings.ts'
import { MigrationError } from '../model/errors.ts'
import type { GateSettings } from '../model/gate-settings.ts'
import type { WebhookSettings } from '../model/notify-settings.ts'
import type { StoreSettings } from '../model/store-settings.ts'
import type { Language } from '../model/text.ts'
import { ConfigFile } from './config-schema.ts'
import type { SettingKey } from './settings.ts'
import { settingKeys } from './settings.ts'

export interface FileValue {
  value: unknown
  line: number
  column: number
}

/** One configuration file, checked: the leaf keys it sets and where. */
export interface LoadedConfig {
  path: string
  directory: string
  values: ReadonlyMap<SettingKey, FileValue>
  stores: ReadonlyMap<string, ConfiguredStore>
  bmcs: ReadonlyMap<string, Configured<BmcSettings>>
  /** Undefined when the file says nothing of them. */
  gates: readonly Configured<GateSettings>[] | undefined
  notify: readonly Configured<WebhookSettings>[] | undefined
}

/** Something with a name of its own and where it is written down: its paths begin at `directory`. */
export interface Configured<T> {
  settings: T
  directory: string
  path: string
  line: number
  column: number
}

/** A store of parked data. */
export type ConfiguredStore = Configured<StoreSettings>

/**
 * Reads and checks one osferry.yaml; undefined when it is not there and not `required`. An unknown key or a bad value is
 * CONFIG_INVALID with file:line:column, what is allowed and the nearest key.
 */
export async function loadConfigFile(
  path: string,
  options: { required: boolean; language: Language },
): Promise<LoadedConfig | undefined> {
  if (!options.required && !existsSync(path)) return undefined
  const { readBounded } = await import('../inventory/read-bounded.ts')
  const { parseYaml } = await import('../inventory/yaml-document.ts')
  const text = await readBounded(path, { notFound: 'CONFIG_NOT_FOUND' })
  const { document, positionOf } = parseYaml(text, { path, code: 'CONFIG_INVALID' })
  const directory = dirname(resolve(path))
  if (document === null || document === undefined)
    return { path, directory, values: new Map(), ...nothingNamed }

  const result = ConfigFile.safeParse(document, { jitless: true })
  if (!result.success) {
    const { describeIssues } = await import('../inventory/issues.ts')
    const place = (at: readonly PropertyKey[]): string =>
      `${path}:${positionOf(at).line}:${positionOf(at).col}`
    const { message } = describeIssues(result.error, {
      document,
      schema: ConfigFile,
      language: options.language,
      place,
    })
    throw new MigrationError('CONFIG_INVALID', message, {
      hint: 'osferry config view --all lists every key; osferry schema config prints what is allowed',
      cause: result.error,
    })
  }
  const values = new Map<SettingKey, FileValue>()
  for (const key of settingKeys) {
    const at = key.split('.')
    const value = valueAt(result.data, at)
    if (value === undefined) continue
    const { line, col } = positionOf(at)
    values.set(key, { value, line, column: col })
  }
  const configured = <T>(settings: T, at: readonly PropertyKey[]): Configured<T> => {
    const { line, col } = positionOf(at)
    return { settings, directory, path, line, column: col }
  }
  const { stores = {}, bmcs = {}, gates, notify } = result.data
  return {
    path,
    directory,
    values,
    stores: new Map(
      Object.entries(stores).map(([name, store]) => [name, configured(store, ['stores', name])]),
    ),
    bmcs: new Map(Object.entries(bmcs).map(([name, bmc]) => [name, configured(bmc, ['bmcs', name])])),
    gates: gates?.map((gate, index) => configured(gate, ['gates', index])),
    notify: notify?.map((hook, index) => configured(hook, ['notify', index])),
  }
}

const nothingNamed: Pick<LoadedConfig, 'stores' | 'bmcs' | 'gates' | 'notify'> = {
  stores: new Map(),
  bmcs: new Map(),
  gates: undefined,
  notify: undefined,
}

function valueAt(data: unknown, path: readonly string[]): unknown {
  let value = data
  for (const key of path) {
    if (typeof value !== 'object' || value === null) return undefined
    value = (value as Record<string, unknown>)[key]
  }
  return value
}
