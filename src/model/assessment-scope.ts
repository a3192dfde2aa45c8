import type { Assessment } from './assessment.ts'
import { hostsInEnglish, type Text } from './text.ts'
import { visibleLine } from './visible-text.ts'

/** Which hosts an assessment is about: `selector` only when one was given, `inventoryHosts` only with an inventory. */
export type AssessmentScope = Pick<Assessment, 'selector' | 'inventoryHosts'>

/** `1 of 14 hosts of the inventory (-l role=build)`; undefined when no host was left out by a selector. */
export function scopeText({ selector, inventoryHosts }: AssessmentScope, hosts: number): Text | undefined {
  if (selector === undefined) return undefined
  const chosen = visibleLine(selector)
  if (inventoryHosts === undefined)
    return { en: `${hostsInEnglish(hosts)}, chosen with -l ${chosen}`, zh: `${hosts} 台主机（-l ${chosen}）` }
  return {
    en: `${hosts} of ${hostsInEnglish(inventoryHosts)} of the inventory (-l ${chosen})`,
    zh: `清单 ${inventoryHosts} 台主机中的 ${hosts} 台（-l ${chosen}）`,
  }
}
