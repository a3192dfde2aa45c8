import { homedir } from 'node:os'
import { delimiter, join, resolve } from 'node:path'
import type { ZodError } from 'zod'
import type { BmcSettings } from '../model/bmc-settings.ts'
import type { GateSettings } from '../model/gate-settings.ts'
import type { WebhookSettings } from '../model/notify-settings.ts'
import { MigrationError } from '../model/errors.ts'
import { nearestHint } from '../model/nearest.ts'
import type { Language } from '../model/text.ts'
import { loadConfigFile } from './config-file.ts'
import type { Configured, ConfiguredStore, LoadedConfig } from './config-file.ts'
import { schemaOf } from './config-schema.ts'
import type { Environment } from './lang.ts'
import type { SettingKey, SettingRow } from './settings.ts'
import { settingKeys, settingRow } from './settings.ts'

/** Where a value came from; the most specific wins. */
export type Origin =
  | { from: 'flag'; name: string }
  | { from: 'env'; name: string }
  | { from: 'file'; path: string; line: number; column: number }
  | { from: 'default' }

export interface ResolvedSetting {
  value: unknown
  origin: Origin
}

/** Every setting, resolved. */
export interface Settings {
  readonly all: ReadonlyMap<SettingKey, ResolvedSetting>
  readonly files: readonly string[]
  /** Stores of parked data by name, each from the strongest file that has it. */
  readonly stores: ReadonlyMap<string, ConfiguredStore>
  /** How BMCs are logged in to by name, each from the strongest file that has it. */
  readonly bmcs: ReadonlyMap<string, Configured<BmcSettings>>
  /** Of the strongest file that says anything of them. */
  readonly gates: readonly Configured<GateSettings>[]
  readonly notify: readonly Configured<WebhookSettings>[]
  text(key: SettingKey): string | undefined
  /** A setting that has a default. */
  required(key: SettingKey): string
  number(key: SettingKey): number | undefined
  list(key: SettingKey): readonly string[]
}

export interface ConfigSources {
  /** Values of flags as commander gave them, by key; absent ones are left out. */
  flags: ReadonlyMap<SettingKey, unknown>
  /** `-c`, in order. */
  configFiles: readonly string[]
  env: Environment
  cwd: string
  language: Language
}

/** Lays flag over variable over project file over user file over default, and remembers who won. */
export async function resolveSettings(sources: ConfigSources): Promise<Settings> {
  const files = await loadFiles(sources)
  const all = new Map<SettingKey, ResolvedSetting>()
  for (const key of settingKeys) all.set(key, resolveOne(key, sources, files))
  return settingsOf({
    all,
    files: files.map((file) => file.path),
    // The strongest file comes first; of two entries with one name a map keeps the last.
    stores: new Map(files.toReversed().flatMap(({ stores }) => [...stores])),
    bmcs: new Map(files.toReversed().flatMap(({ bmcs }) => [...bmcs])),
    gates: files.find(({ gates }) => gates !== undefined)?.gates ?? [],
    notify: files.find(({ notify }) => notify !== undefined)?.notify ?? [],
  })
}

/** The same settings with one of them decided by the program's own screens, as if its flag had been given. */
export function withSetting(settings: Settings, key: SettingKey, value: unknown): Settings {
  const name = settingRow(key).flags?.match(/--[a-z-]+/)?.[0] ?? key
  const all = new Map(settings.all).set(key, { value, origin: { from: 'flag', name } })
  const { files, stores, bmcs, gates, notify } = settings
  return settingsOf({ all, files, stores, bmcs, gates, notify })
}

function resolveOne(
  key: SettingKey,
  sources: ConfigSources,
  files: readonly LoadedConfig[],
): ResolvedSetting {
  const row = settingRow(key)
  const given = sources.flags.get(key)
  if (given !== undefined) {
    const name = row.flags?.match(/--[a-z-]+/)?.[0] ?? key
    return {
      value: parsed(key, given, { name, code: 'USAGE', cwd: sources.cwd }),
      origin: { from: 'flag', name },
    }
  }
  const variable = sources.env[row.env]
  if (variable !== undefined && variable !== '') {
    const place = { name: row.env, code: 'CONFIG_INVALID', cwd: sources.cwd } as const
    return { value: parsed(key, variable, place), origin: { from: 'env', name: row.env } }
  }
  for (const file of files) {
    const found = file.values.get(key)
    if (found === undefined) continue
    const origin: Origin = { from: 'file', path: file.path, line: found.line, column: found.column }
    return { value: rooted(found.value, row, file.directory), origin }
  }
  return { value: rooted(row.fallback, row, sources.cwd), origin: { from: 'default' } }
}

/** Files from the strongest to the weakest. */
async function loadFiles(sources: ConfigSources): Promise<LoadedConfig[]> {
  const named = sources.configFiles.length > 0 ? sources.configFiles : namedByVariable(sources.env)
  const base = sources.env['XDG_CONFIG_HOME'] || join(sources.env['HOME'] || homedir(), '.config')
  const { language } = sources
  const loaded: (LoadedConfig | undefined)[] = []
  for (const path of named.toReversed())
    loaded.push(await loadConfigFile(resolve(sources.cwd, path), { required: true, language }))
  if (named.length === 0)
    loaded.push(await loadConfigFile(resolve(sources.cwd, 'osferry.yaml'), { required: false, language }))
  loaded.push(await loadConfigFile(join(base, 'osferry', 'config.yaml'), { required: false, language }))
  return loaded.filter((file) => file !== undefined)
}

function namedByVariable(env: Environment): string[] {
  return (env['OSFERRY_CONFIG'] ?? '').split(delimiter).filter((path) => path !== '')
}

function parsed(
  key: SettingKey,
  given: unknown,
  place: { name: string; code: 'USAGE' | 'CONFIG_INVALID'; cwd: string },
): unknown {
  const row = settingRow(key)
  const value = fromText(given, row)
  const schema = key === 'report.formats' ? undefined : schemaOf(key)
  const result = schema?.safeParse(value, { jitless: true })
  if (result !== undefined && !result.success) throw invalidValue(key, given, { place, cause: result.error })
  return rooted(result === undefined ? value : result.data, row, place.cwd)
}

function invalidValue(
  key: SettingKey,
  given: unknown,
  found: { place: { name: string; code: 'USAGE' | 'CONFIG_INVALID' }; cause: ZodError },
): MigrationError {
  const { place, cause } = found
  const issue = cause.issues[0]
  const at = issue?.path[0]
  const value: unknown =
    Array.isArray(given) && typeof at === 'number' ? fromText(given, settingRow(key)) : given
  const wrong = String(Array.isArray(value) && typeof at === 'number' ? value[at] : value)
  const allowed = issue?.code === 'invalid_value' ? issue.values.map(String) : []
  const meant = nearestHint(wrong, allowed)
  const list = allowed.length === 0 ? '' : `; allowed: ${allowed.join(', ')}`
  const expected = issue === undefined ? '' : expectation(issue, settingRow(key))
  return new MigrationError(
    place.code,
    `${place.name}: ${wrong} is not valid${expected === '' ? '' : `: ${expected}`}`,
    {
      hint: `${meant}It sets ${key}${list}.`,
      cause,
    },
  )
}

/** What was expected, in plain words; nothing where the hint lists what there is. */
function expectation(issue: ZodError['issues'][number], { kind }: SettingRow): string {
  const unit = kind === 'seconds' ? 1000 : 1
  if (issue.code === 'invalid_value') return ''
  if (issue.code === 'too_small' && typeof issue.minimum === 'number' && issue.origin !== 'string')
    return `expected at least ${issue.minimum / unit}`
  if (issue.code === 'too_big' && typeof issue.maximum === 'number' && issue.origin !== 'string')
    return `expected at most ${issue.maximum / unit}`
  if (issue.code === 'invalid_type' && kind === 'integer') return 'expected a whole number'
  if (issue.code === 'invalid_type' && kind === 'seconds') return 'expected seconds, such as 5 or 2.5'
  if (issue.code === 'invalid_type' && kind === 'switch') return 'expected true or false'
  return issue.message
}

function fromText(given: unknown, row: SettingRow): unknown {
  if (row.kind === 'list' || row.kind === 'path-list') {
    const parts: unknown[] = Array.isArray(given) ? given : [given]
    return parts.flatMap((part) => String(part).split(',')).filter((part) => part !== '')
  }
  const text = String(given)
  if (row.kind === 'integer') return /^\d+$/.test(text) ? Number(text) : text
  if (row.kind === 'seconds') return /^\d+(\.\d+)?$/.test(text) ? Math.round(Number(text) * 1000) : text
  if (row.kind === 'switch')
    return text === 'true' || text === '1' ? true : text === 'false' || text === '0' ? false : text
  return text
}

function rooted(value: unknown, row: SettingRow, directory: string): unknown {
  if (row.kind === 'path' && typeof value === 'string') return resolve(directory, value)
  if (row.kind === 'path-list' && Array.isArray(value)) {
    return value.map((path: unknown) => {
      const text = String(path)
      return text.startsWith('~') ? text : resolve(directory, text)
    })
  }
  return value
}

function settingsOf(
  given: Pick<Settings, 'all' | 'files' | 'stores' | 'bmcs' | 'gates' | 'notify'>,
): Settings {
  const { all } = given
  const text = (key: SettingKey): string | undefined => {
    const value = all.get(key)?.value
    return typeof value === 'string' ? value : undefined
  }
  return {
    ...given,
    text,
    required(key): string {
      const value = text(key)
      if (value === undefined) throw new Error(`setting ${key} has no default`)
      return value
    },
    number(key): number | undefined {
      const value = all.get(key)?.value
      return typeof value === 'number' ? value : undefined
    },
    list(key): readonly string[] {
      const value = all.get(key)?.value
      return Array.isArray(value) ? value.map(String) : []
    },
  }
}
