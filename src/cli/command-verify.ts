import { resolve } from 'node:path'
import { openClusterFile, type ClusterFileReader } from '../inventory/cluster-file.ts'
import type { ComparedList } from '../model/compared-lists.ts'
import { MigrationError } from '../model/errors.ts'
import { counted, type Text } from '../model/text.ts'
import { compareClusters, type Comparison, type Difference } from '../steps/compare-cluster.ts'
import { inSeconds } from './age-text.ts'
import { clusterNow, clusterOf } from './compared-cluster.ts'
import { clusterCommand } from './cluster-command.ts'
import { snapshotFlag } from './cluster-flags.ts'
import type { CommandContext } from './context.ts'
import { defineCommand, done, type CommandExit } from './define-command.ts'
import { differenceTexts } from '../steps/difference-texts.ts'
import { openCluster } from './open-cluster.ts'
import { isForPeople, printListIfAny, tellExit, type Column, type List } from './output.ts'
import { clusterPath } from './state-paths.ts'

/** `osferry verify`: the cluster now against the snapshot of before; nothing is changed. */
export const verify = defineCommand({
  path: 'verify',
  details: {
    en: 'Compares nodes, workloads, pods without a controller, images, endpoints of Services and volumes with the snapshot that osferry cluster snapshot has saved, and lists what is not as it was. Changes nothing. What could not be read is told as unknown, and the exit code is never 0 then.',
    zh: '将节点、工作负载、无控制器的 Pod、镜像、Service 的端点和卷与 osferry cluster snapshot 保存的快照比较，列出不一致之处。不做任何更改。无法读取的内容列为未知，此时退出码绝不为 0。',
  },
  arguments: [
    {
      name: 'node',
      many: true,
      optional: true,
      text: { en: 'nodes to look at; all when left out', zh: '要查看的节点，省略时为全部' },
    },
  ],
  settings: ['cluster.kubeconfig', 'cluster.context'],
  flags: [snapshotFlag],
  examples: ['osferry verify', 'osferry verify node-1 --cluster before.ndjson -o json'],
  async run(context, input) {
    const nodes = [...new Set(input.arguments)]
    const given = input.value('--cluster')
    const path = given === undefined ? clusterPath(context) : resolve(context.cwd, given)
    const file = await openClusterFile(path)
    try {
      const was = await clusterOf(file)
      const missing = nodes.filter((node) => was.nodes?.every(({ name }) => name !== node) === true)
      if (missing.length > 0)
        throw new MigrationError('NODE_NOT_FOUND', `the snapshot has no node ${missing.join(', ')}`, {
          hint: '--cluster chooses another snapshot; kubectl get nodes lists what the cluster has now',
        })
      const { cluster } = await openCluster(context)
      try {
        const { server } = file.head
        if (server !== cluster.server)
          context.log.warn('the snapshot was taken at another address', {
            snapshot: server,
            now: cluster.server,
          })
        const is = await clusterNow(cluster, context.signal)
        return await tell(context, compareClusters(was, is, nodes), file.head)
      } finally {
        await cluster.close()
      }
    } finally {
      await file.close()
    }
  },
})

interface Row {
  difference: Difference | undefined
  unknown: ComparedList | undefined
}

async function tell(
  context: CommandContext,
  { differences, unknown }: Comparison,
  head: ClusterFileReader['head'],
): Promise<CommandExit> {
  const { say } = context
  const exit = exitOf(context, { differences, unknown }, head.createdAt)
  const column = (key: string, title: Text, value: (row: Row) => string): Column<Row> => ({
    key,
    title,
    value,
    wrap: true,
  })
  const dash = (text = ''): string => (text === '' && isForPeople(context) ? '-' : text)
  const list: List<Row> = {
    items: [
      ...differences.map((difference): Row => ({ difference, unknown: undefined })),
      ...unknown.map((list): Row => ({ difference: undefined, unknown: list })),
    ],
    name: ({ difference, unknown }) => difference?.object ?? unknown ?? '',
    data: ({ difference, unknown }) => difference ?? { kind: 'unknown', object: unknown, was: '', is: '' },
    exit,
    columns: [
      column('what', { en: 'WHAT', zh: '差异' }, ({ difference }) =>
        difference === undefined
          ? say({ en: 'unknown: could not be compared', zh: '未知：无法比较' })
          : say(differenceTexts[difference.kind]),
      ),
      column('object', { en: 'OBJECT', zh: '对象' }, ({ difference, unknown }) =>
        difference === undefined ? (unknown ?? '') : difference.object,
      ),
      column('was', { en: 'WAS', zh: '之前' }, ({ difference }) => dash(difference?.was)),
      column('is', { en: 'IS', zh: '现在' }, ({ difference }) => dash(difference?.is)),
    ],
  }
  await printListIfAny(context, list)
  tellExit(context, exit)
  return exit
}

/** 2 = not as it was, 3 = nobody knows. */
function exitOf(context: CommandContext, { differences, unknown }: Comparison, takenAt: string): CommandExit {
  const { say } = context
  const at = inSeconds(takenAt)
  if (differences.length === 0 && unknown.length === 0)
    return { ...done, reason: say({ en: `everything is as it was at ${at}`, zh: `与 ${at} 的快照一致` }) }
  const count = differences.length
  const gaps = unknown.join(', ')
  const parts = [
    ...(count === 0
      ? []
      : [
          say({
            en: `${counted(count, 'difference')} since ${at}`,
            zh: `与 ${at} 的快照相比有 ${count} 处差异`,
          }),
        ]),
    ...(gaps === '' ? [] : [say({ en: `not compared: ${gaps}`, zh: `未能比较：${gaps}` })]),
  ]
  return {
    code: count > 0 ? 2 : 3,
    reason: parts.join('; '),
    next: gaps === '' ? [] : [clusterCommand(context, 'doctor --cluster')],
  }
}
