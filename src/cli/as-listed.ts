import { fewNames } from '../model/few-names.ts'
import type { Plan, PlannedNode } from '../model/plan.ts'
import type { Text } from '../model/text.ts'

/** Says whose machines nobody will prove before they are replaced; undefined when all are proven. */
export function asListedText({ nodes }: Pick<Plan, 'nodes'>): Text | undefined {
  const names = nodes.filter(isAsListed).map(({ name }) => name)
  if (names.length === 0) return undefined
  const few = fewNames(names)
  return {
    en: `machine: as-listed: whatever is at the address is replaced, not proven to be the machine of its node: ${few}`,
    zh: `machine: as-listed：地址上的任何机器都会更换系统，不证明它就是该节点的机器：${few}`,
  }
}

function isAsListed({ steps }: PlannedNode): boolean {
  return steps.some(({ uses, with: { machine } }) => uses === 'host.provision' && machine === 'as-listed')
}
