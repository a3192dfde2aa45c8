import { MigrationError } from '../model/errors.ts'
import { nearestHint } from '../model/nearest.ts'
import { targetAliases, targets as allTargets } from '../model/target.ts'
import type { Target } from '../model/target.ts'

/** `--target` names as targets, in their own order. */
export function targetsOf(names: readonly string[]): Target[] {
  const wanted = new Set<Target>()
  for (const name of names) {
    const found = Object.hasOwn(targetAliases, name) ? targetAliases[name] : undefined
    if (found === undefined) {
      throw new MigrationError('USAGE', `unknown target ${name}`, {
        hint: `${nearestHint(name, Object.keys(targetAliases))}There are rhck, anck, containeros and all.`,
      })
    }
    for (const target of found) wanted.add(target)
  }
  return allTargets.filter((target) => wanted.has(target))
}
