import { MigrationError } from '../model/errors.ts'
import type { FactMap, FactName, FactValue } from '../model/facts.ts'
import type { IgnitionSettings } from '../model/ignition-settings.ts'
import type { OsProfile } from '../model/os-profile.ts'
import type { PlannedNode } from '../model/plan.ts'
import type { Text } from '../model/text.ts'
import type { File, Filesystem, IgnitionConfig, Unit, User } from './config.ts'

/** Everything that a configuration is made from. */
export interface IgnitionRequest {
  /** Its name in the cluster, and what becomes of its data. */
  node: Pick<PlannedNode, 'name' | 'data'>
  facts: FactMap
  profile: OsProfile
  settings: IgnitionSettings
  /** The team's own configuration, laid over what is made here as Ignition merges. */
  ownConfig?: IgnitionConfig | undefined
  /** New names of kernel modules that were merged into others. */
  renamedModules: ReadonlyMap<string, string>
}

/** Something of the old system that the configuration does not hold. */
export interface OpenMatter {
  /** Stable: `mount:/data`, `cron:/etc/cron.d/backup`. Accepted by this name. */
  id: string
  why: Text
}

/** One thing that is lost, by the name under which it is accepted. */
export function lost(id: string, why: Text): OpenMatter {
  return { id, why }
}

/** A part of a configuration, and where it comes from. */
export interface Piece {
  /** Facts, fields of the profile and settings: `facts.nics`, `settings.users`. */
  from: readonly string[]
  files?: readonly File[]
  units?: readonly Unit[]
  users?: readonly User[]
  filesystems?: readonly Filesystem[]
  kernelArguments?: readonly string[]
  open?: readonly OpenMatter[]
}

/** A fact that the configuration rests on; throws FACTS_INCOMPLETE when it is not there, or not whole. */
export function needFact<F extends FactName>({ facts, node }: IgnitionRequest, name: F): FactValue<F> {
  const fact = facts[name]
  const refuse = (why: string): never => {
    throw new MigrationError('FACTS_INCOMPLETE', `${node.name}: the fact ${name} is ${why}`, {
      hint: `collect it again: osferry collect -l host=${node.name} --set full, as root`,
      details: { host: node.name, fact: name },
    })
  }
  if (fact === undefined) return refuse('not there')
  if (fact.status !== 'ok') return refuse(`not there: ${fact.message}`)
  if (fact.degraded !== undefined) return refuse(`not whole: ${fact.degraded}`)
  return fact.value
}

/** A value of a host that is written into a file of lines: throws FACTS_INCOMPLETE when it is not of that form. */
export function oneOf(form: RegExp, value: string, what: string): string {
  if (form.test(value)) return value
  throw new MigrationError('FACTS_INCOMPLETE', `${what} is ${JSON.stringify(value.slice(0, 100))}`, {
    hint: 'it cannot be written into a configuration as it is: look at the host, and collect again',
  })
}

/** Throws PROFILE_UNFIT: the system that the profile describes has no place for something. */
export function refuseUnfit({ node, profile }: IgnitionRequest, reason: string): never {
  throw new MigrationError('PROFILE_UNFIT', `${node.name}: ${reason}`, {
    hint: `os profile ${profile.name} cannot take it: change the settings, or choose another profile`,
    details: { host: node.name, profile: profile.name },
  })
}
