import type { PlanFile } from '../inventory/plan-file.ts'
import { counted, type Text } from '../model/text.ts'

/** What is agreed to, in a sentence: who, how often, what cannot be taken back. */
export function planSentence({ plan, digest }: Pick<PlanFile, 'plan' | 'digest'>): Text {
  const nodes = plan.nodes.length
  const waves = plan.waves.length
  const final = plan.nodes.filter(({ steps }) => steps.some(({ pointOfNoReturn }) => pointOfNoReturn)).length
  const none = plan.nodes.filter(({ rollback }) => rollback.means === 'none').length
  const { target } = plan.playbook
  return {
    en: `${counted(nodes, 'node')} to ${target} in ${counted(waves, 'wave')}; ${final} with a point of no return, ${none} without a way back after it; sha256 ${digest}`,
    zh: `${nodes} 个节点分 ${waves} 个波次迁移到 ${target}；其中 ${final} 个有不可回退点，${none} 个在其后没有回退手段；sha256 ${digest}`,
  }
}
