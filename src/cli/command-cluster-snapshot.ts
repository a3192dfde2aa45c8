import { openClusterFile } from '../inventory/cluster-file.ts'
import type { ClusterEnd } from '../model/cluster.ts'
import { printSnapshot } from './cluster-output.ts'
import { printClusterSummary } from './cluster-print.ts'
import { defineCommand } from './define-command.ts'
import type { CommandExit } from './define-command.ts'
import { isForPeople } from './output.ts'
import { clusterPath } from './state-paths.ts'
import { takeClusterSnapshot } from './take-cluster-snapshot.ts'

/** `osferry cluster snapshot`: what the cluster holds, read and saved; nothing is changed. */
export const clusterSnapshot = defineCommand({
  path: 'cluster snapshot',
  details: {
    en: 'Reads nodes, pods, workloads, budgets and volumes from the API server, and says which host of the inventory is which node. Changes nothing; of Secrets and ConfigMaps it reads nothing. Exit 3 when something could not be read: it is listed, and never taken for empty.',
    zh: '从 API server 读取节点、Pod、工作负载、中断预算和卷，并指出主机清单中的主机对应哪个节点。不做任何更改；不读取任何 Secret 或 ConfigMap。有内容无法读取时退出码为 3：会逐项列出，绝不当作不存在。',
  },
  settings: ['cluster.kubeconfig', 'cluster.context', 'inventory', 'facts'],
  examples: [
    'osferry cluster snapshot --context production',
    'osferry cluster snapshot -o json > cluster.json',
  ],
  async run(context) {
    const end = await takeClusterSnapshot(context)
    const exit = exitOf(end)
    const file = await openClusterFile(clusterPath(context))
    try {
      if (isForPeople(context)) await printClusterSummary(context, file)
      else await printSnapshot(context, file, exit)
    } finally {
      await file.close()
    }
    return exit
  },
})

function exitOf({ gaps, hosts }: ClusterEnd): CommandExit {
  const next = hosts === null ? ['osferry collect'] : ['osferry assess']
  if (gaps.length === 0) return { code: 0, reason: 'done', next }
  const names = gaps.map(({ resource }) => resource).join(', ')
  const forbidden = gaps.some(({ reason }) => reason === 'forbidden')
  return {
    code: 3,
    reason: `${gaps.length} kinds could not be read, or not whole: ${names}`,
    next: forbidden ? ['osferry doctor --cluster', ...next] : next,
  }
}
