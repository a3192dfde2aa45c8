import { buildIgnition } from '../ignition/build-config.ts'
import { needsToken } from '../ignition/placeholders.ts'
import type { OpenMatter } from '../ignition/request.ts'
import { canonicalJson } from '../model/canonical-json.ts'
import { MigrationError } from '../model/errors.ts'
import type { PlannedNode } from '../model/plan.ts'
import type { CommandContext } from './context.ts'
import { findProfile, type FoundProfile } from './find-profile.ts'
import { findIgnitionSettings, ignitionRequest, savedFacts, type FoundSettings } from './ignition-inputs.ts'
import { sha256 } from './plan-cluster.ts'

/** The Ignition configuration of a node of a plan. */
export interface NodeConfig {
  /** As it is written to a file, with a placeholder for the token. */
  text: string
  /** Of the text, hex. */
  sha256: string
  isShortLived: boolean
  /** What of the old system would be lost, and nobody has accepted. */
  open: OpenMatter[]
}

/** Makes configurations of nodes; profiles and settings are read once, facts for every node. */
export interface NodeConfigs {
  make(node: ConfiguredNode, profile: string): Promise<NodeConfig>
  settings(): Promise<FoundSettings>
}

export type ConfiguredNode = Pick<PlannedNode, 'name' | 'host' | 'data'>

/** Makes configurations of nodes from what is saved in the project. Nothing is contacted. */
export function openNodeConfigs(context: CommandContext): NodeConfigs {
  const profiles = new Map<string, Promise<FoundProfile>>()
  const found = new Map<'settings', Promise<FoundSettings>>()
  const settings = async (): Promise<FoundSettings> =>
    await remembered(found, 'settings', () => findIgnitionSettings(context))
  return {
    settings,
    async make({ host, ...node }, name) {
      const { profile } = await remembered(profiles, name, () => findProfile(name, context))
      const given = await settings()
      const facts = await savedFacts(context, host)
      const { config, open } = buildIgnition(ignitionRequest(node, { facts, profile, given }))
      const text = `${canonicalJson(config)}\n`
      const isShortLived = given.settings.join?.token !== undefined && needsToken(text)
      return { text, sha256: sha256(text), isShortLived, open }
    },
  }
}

/** What could not be read is read again the next time: somebody may have put it right. */
async function remembered<Key, T>(known: Map<Key, Promise<T>>, key: Key, read: () => Promise<T>): Promise<T> {
  const reading = known.get(key) ?? read()
  known.set(key, reading)
  try {
    return await reading
  } catch (error) {
    if (known.get(key) === reading) known.delete(key)
    throw error
  }
}

/** Throws IGNITION_UNDECIDED with everything that the new system would lose without a decision. */
export function requireDecided({ name }: Pick<PlannedNode, 'name'>, open: readonly OpenMatter[]): void {
  if (open.length === 0) return
  const lines = open.slice(0, 20).map(({ id, why }) => `${id}: ${why.en}`)
  const more = open.length > 20 ? [`... ${open.length - 20} more`] : []
  throw new MigrationError(
    'IGNITION_UNDECIDED',
    [`${name}: nobody has decided about`, ...lines, ...more].join('\n  '),
    {
      hint: `decide, or list them under accept in the settings: osferry ignition render ${name} tells all of them`,
      details: { host: name },
    },
  )
}
