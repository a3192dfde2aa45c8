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

/** What the checks of nodes rest on, or that nobody looked; undefined for an assessment that does not say. */
export function clusterText(cluster: Assessment['cluster']): Text | undefined {
  if (cluster === undefined) return undefined
  if (cluster === null)
    return {
      en: 'The cluster was not looked at: run osferry cluster snapshot, then osferry assess again.',
      zh: '未检查集群：请先运行 osferry cluster snapshot，再重新运行 osferry assess。',
    }
  const { createdAt, matched, nodes, stale, gaps } = cluster
  const name = visibleLine(cluster.context)
  const of = {
    en: `${hostsInEnglish(matched ?? 0)} matched to nodes`,
    zh: `${matched ?? 0} 台主机对应到节点`,
  }
  const notes: Text[] = [
    ...(stale ? [{ en: 'too old to rest on', zh: '已过时，不能作为依据' }] : []),
    ...(gaps.length > 0 ? [{ en: `${gaps.length} gaps`, zh: `${gaps.length} 处未能读取` }] : []),
  ]
  return {
    en: `Cluster ${name}: ${nodes ?? '?'} nodes, ${[of.en, `snapshot of ${createdAt}`, ...notes.map(({ en }) => en)].join(', ')}.`,
    zh: `集群 ${name}：${nodes ?? '?'} 个节点，${[of.zh, `快照采集于 ${createdAt}`, ...notes.map(({ zh }) => zh)].join('，')}。`,
  }
}
