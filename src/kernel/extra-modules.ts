import extra from './data/modules-extra.json' with { type: 'json' }
import { moduleKey } from './module-table.ts'

const names = new Set(extra.modules.split(' '))

/** Where the list comes from. */
export const extraModulesSource = extra.source

/** True for a module that el8 ships in kernel-modules-extra only, which is not installed by default. */
export function isExtraModule(name: string): boolean {
  return names.has(moduleKey(name))
}
