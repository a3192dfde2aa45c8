import { MigrationError } from '../model/errors.ts'
import { nearest } from '../model/nearest.ts'
import { targetAliases, targets as allTargets } from '../model/target.ts'
import type { Target } from '../model/target.ts'

/** `--target` names as targets, in their own order. */
export function targetsOf(names: readonly string[]): Target[] {
  const wanted = new Set<Target>()
  for (const name of names) {
    const found = Object.hasOwn(targetAliases, name) ? targetAliases[name] : undefined
    if (found === undefined) {
      const near = nearest(name, Object.keys(targetAliases))
      throw new MigrationError('USAGE', `unknown target ${name}`, {
        hint: `${near === undefined ? '' : `Did you mean ${near}? `}There are rhck, anck, containeros and all.`,
      })
    }
    for (const target of found) wanted.add(target)
  }
  return allTargets.filter((target) => wanted.has(target))
}
