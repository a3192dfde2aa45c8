import type { Text } from '../model/text.ts'
import type { PlanHost, PlanRequest } from './make-plan.ts'

/** Why facts, assessment and node of a host may not be those of one machine, or of one time. */
export function machineReasons(
  { assessment, facts, view }: PlanHost,
  { cluster }: Pick<PlanRequest, 'cluster'>,
): Text[] {
  const { name } = assessment.host
  const reasons: Text[] = []
  if (facts !== null && facts.host.name !== name)
    reasons.push({
      en: `its facts are those of ${facts.host.name}`,
      zh: `其主机信息属于 ${facts.host.name}`,
    })
  if (facts !== null && assessment.facts.collectedAt !== facts.collection.finishedAt)
    reasons.push({
      en: 'its facts were read again since it was judged: osferry assess',
      zh: '评估之后又重新采集过主机信息：osferry assess',
    })
  const node = cluster?.nodeOf(name)
  if (node !== undefined && view === null)
    reasons.push({
      en: `the snapshot cannot tell what is on its node ${node}`,
      zh: `快照无法说明其节点 ${node} 上有什么`,
    })
  else if (view === null) reasons.push(...strangerReasons(facts, cluster !== undefined))
  const seen = view === null ? null : (cluster?.machineIdOf(view.name) ?? null)
  const own = facts?.facts.machineId
  const id = own?.status === 'ok' ? (own.value.id?.toLowerCase() ?? null) : null
  if (view !== null && seen !== null && id !== null && seen !== id)
    reasons.push({
      en: `its machine id is ${id}, and that of node ${view.name} is ${seen}: another machine has its address or name`,
      zh: `其 machine-id 为 ${id}，而节点 ${view.name} 为 ${seen}：地址或名称已属于另一台机器`,
    })
  return reasons
}

/** A host with a kubelet is a node of some cluster: without knowing which, its pods would die with it. */
function strangerReasons(facts: PlanHost['facts'], hasSnapshot: boolean): Text[] {
  const kubelet = facts?.facts.kubelet
  if (kubelet?.status !== 'ok' || !kubelet.value.installed) return []
  return hasSnapshot
    ? [
        {
          en: 'it has a kubelet, and the snapshot does not say which node it is',
          zh: '主机上有 kubelet，但快照未说明它对应哪个节点',
        },
      ]
    : [
        {
          en: 'it has a kubelet, and there is no snapshot of its cluster: osferry cluster snapshot',
          zh: '主机上有 kubelet，但没有其集群的快照：osferry cluster snapshot',
        },
      ]
}
