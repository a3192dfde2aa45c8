import { dirname, join, resolve } from 'node:path'
import type { IgnitionConfig } from '../ignition/config.ts'
import type { IgnitionRequest } from '../ignition/request.ts'
import { factsFileName, readFactsFile } from '../inventory/facts-store.ts'
import { readIgnitionSettings } from '../inventory/ignition-settings-file.ts'
import { renamedModules } from '../kernel/renamed-modules.ts'
import type { HostFacts } from '../model/facts.ts'
import { IgnitionSettings } from '../model/ignition-settings.ts'
import type { OsProfile } from '../model/os-profile.ts'
import type { PlannedNode } from '../model/plan.ts'
import { profileValue } from '../model/profile-fields.ts'
import type { CommandContext } from './context.ts'
import { readOwnConfig } from './own-config.ts'
import { factsDirectory } from './state-paths.ts'

/** Settings of configurations, and where what they name is looked for. */
export interface FoundSettings {
  settings: IgnitionSettings
  directory: string
  /** What `ownConfig` names, read and free of errors. */
  ownConfig?: IgnitionConfig | undefined
}

/** The settings of that file, of `ignition.settings`, or none. Throws IGNITION_SETTINGS_INVALID with file, line and field. */
export async function findIgnitionSettings(context: CommandContext, file?: string): Promise<FoundSettings> {
  const { cwd, language } = context
  const path = file === undefined ? context.settings.text('ignition.settings') : resolve(cwd, file)
  if (path === undefined)
    return { settings: IgnitionSettings.parse({ schema: 'ignition-settings/v1' }), directory: cwd }
  const settings = await readIgnitionSettings(path, { language })
  const directory = dirname(path)
  if (settings.ownConfig === undefined) return { settings, directory }
  return {
    settings,
    directory,
    ownConfig: await readOwnConfig(context, resolve(directory, settings.ownConfig)),
  }
}

/** All saved facts of a host. */
export async function savedFacts(context: CommandContext, host: string): Promise<HostFacts> {
  return await readFactsFile(join(factsDirectory(context), factsFileName(host)))
}

/** Everything that a configuration is made from. */
export function ignitionRequest(
  node: Pick<PlannedNode, 'name' | 'data'>,
  {
    facts,
    profile,
    given: { settings, ownConfig },
  }: { facts: HostFacts; profile: OsProfile; given: FoundSettings },
): IgnitionRequest {
  const renames = renamesOf(facts, profile)
  return { node, facts: facts.facts, profile, settings, ownConfig, renamedModules: renames }
}

/** Of a kernel that is none of our lines nobody knows what it has renamed: modules keep their names. */
function renamesOf({ facts: { moduleConfig } }: HostFacts, profile: OsProfile): ReadonlyMap<string, string> {
  if (moduleConfig?.status !== 'ok' || moduleConfig.value.load.length === 0) return new Map()
  const line = profileValue(profile, 'kernel.line')
  if (line === null) return new Map()
  return new Map(
    renamedModules
      .filter(({ lines }) => lines.includes(line))
      .map(({ name, replacedBy }) => [name, replacedBy]),
  )
}
