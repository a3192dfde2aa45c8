import { loadInventory, resolveInventory } from '../inventory/load.ts'
import { readYamlDocument } from '../inventory/yaml-document.ts'
import { MigrationError } from '../model/errors.ts'
import { Inventory } from '../model/inventory.ts'
import type { ResolvedHost, SshSettings } from '../model/inventory.ts'
import { parseSelector, selects } from '../model/selector.ts'
import type { Settings } from './config.ts'
import type { CommandContext } from './context.ts'
import { settingKeys } from './settings.ts'

/**
 * The hosts of the inventory that the selector chooses. Flags and variables beat the inventory's ssh settings;
 * osferry.yaml applies where the inventory says nothing.
 */
export async function loadHosts(context: CommandContext): Promise<ResolvedHost[]> {
  const hosts = await loadAllHosts(context)
  const text = context.settings.text('selector')
  if (text === undefined) return [...hosts]
  const selector = parseSelector(text)
  const chosen = hosts.filter((host) => selects(selector, host))
  if (chosen.length > 0) return chosen
  throw new MigrationError('SELECTOR_EMPTY', `no host of ${hosts.length} matches ${text}`, {
    hint: 'osferry inventory list -o wide shows groups and labels',
  })
}

/** Every host of the inventory, the selector aside. */
export async function loadAllHosts(context: CommandContext): Promise<readonly ResolvedHost[]> {
  const { settings, language } = context
  const path = settings.required('inventory')
  const overrides = sshSettings(settings, (from) => from === 'flag' || from === 'env')
  const below = sshSettings(settings, (from) => from === 'file')
  if (Object.keys(below).length === 0) return (await loadInventory(path, { language, overrides })).hosts
  const document = await readYamlDocument({
    path,
    schema: Inventory,
    name: 'inventory',
    code: 'INVENTORY_INVALID',
    notFound: 'INVENTORY_NOT_FOUND',
    language,
  })
  const { defaults = {} } = document.value
  const value = { ...document.value, defaults: { ...defaults, ssh: { ...below, ...defaults.ssh } } }
  return resolveInventory({ ...document, value }, { path, overrides })
}

function sshSettings(settings: Settings, wanted: (from: string) => boolean): SshSettings {
  const chosen: Record<string, unknown> = {}
  for (const key of settingKeys) {
    const setting = settings.all.get(key)
    if (!key.startsWith('ssh.') || setting?.value === undefined || !wanted(setting.origin.from)) continue
    chosen[key.slice('ssh.'.length)] = setting.value
  }
  return chosen
}
