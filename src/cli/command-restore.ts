import { resolve } from 'node:path'
import { nodeRecordStore } from '../inventory/node-record-store.ts'
import { isMigrationError, MigrationError } from '../model/errors.ts'
import type { NodeRecord } from '../model/node-record.ts'
import { visibleLine } from '../model/visible-text.ts'
import { clusterUid } from '../steps/node-records.ts'
import { nodeHeartbeats } from '../steps/node-heartbeat.ts'
import { requireRights } from '../steps/require-rights.ts'
import { bringBackNode, clearMarks, refuseOtherCluster } from '../steps/restore-node.ts'
import type { RestoreOptions, RestoreOutcome, RestorePorts } from '../steps/restore-node.ts'
import { fencedCluster } from '../steps/fenced-cluster.ts'
import { isMarked, isUncordonedSince } from '../steps/restore-write.ts'
import { acquireRunLease } from '../steps/run-lease.ts'
import { clusterCommand } from './cluster-command.ts'
import { dryRunFlag } from './cluster-flags.ts'
import { confirm } from './confirm.ts'
import type { CommandContext } from './context.ts'
import {
  defineCommand,
  done,
  type CommandExit,
  type CommandInput,
  type FlagDefinition,
} from './define-command.ts'
import { newRun } from './drain-session.ts'
import { durationMs } from './duration.ts'
import { leaseOptions } from './lease-options.ts'
import { savedPodsText, waitText } from './messages-restore.ts'
import { openCluster } from './open-cluster.ts'
import { refuseMarkOfRun } from './refuse-mark-of-run.ts'
import { refuseNodesAtWork } from './refuse-at-work.ts'
import { tellExit } from './output.ts'
import { restoreInRun } from './restore-in-run.ts'
import { runSettings } from './run-settings.ts'
import { isClean, isOpen, printRestored } from './restore-print.ts'
import { sleep } from './sleep.ts'
import { nodeRecordPath, shortPath } from './state-paths.ts'

const defaultTimeout = '10m'
const approving = ['certificatesigningrequests/approval', 'signers']

/** About nodes that a drain has drained; a run has its plan. */
const restoreFlags: readonly FlagDefinition[] = [
  {
    flags: '--record <file>',
    text: {
      en: 'the record of the drain; default .osferry/nodes/CLUSTER-UID/NODE.json',
      zh: '排空时的记录，默认 .osferry/nodes/CLUSTER-UID/NODE.json',
    },
  },
  dryRunFlag,
  {
    flags: '--timeout <time>',
    text: {
      en: `how long to wait for each node: 90s, 30m, 2h; default ${defaultTimeout}`,
      zh: `每个节点的等待时限，如 90s、30m、2h；默认 ${defaultTimeout}`,
    },
  },
  {
    flags: '--approve-csr',
    text: {
      en: 'approve the certificates that these nodes ask for while they come back, and no others',
      zh: '批准这些节点重新加入时申请的证书，其他一律不处理',
    },
  },
  {
    flags: '--no-uncordon',
    text: { en: 'leave the node cordoned', zh: '保持节点封锁' },
  },
]

/** `osferry restore`: gives drained nodes back as the drain found them; those of an open run are restored by it. */
export const restore = defineCommand({
  path: 'restore',
  details: {
    en: 'Waits until the node is Ready, puts back labels, taints and annotations that people had set, waits for its DaemonSets, creates pods without a controller again, and uncordons it when the cordon is ours. What somebody has changed since is left alone and told. A node that a run has begun with is restored by that run instead, by its plan, until it is restored.',
    zh: '等待节点就绪，写回人工设置的标签、污点和注解，等待其 DaemonSet，重新创建没有控制器的 Pod，并仅在由 osferry 封锁时解除封锁。此后被人更改的内容保持不变并列出。运行已开始处理的节点改由该运行按其计划继续，直到恢复完成。',
  },
  arguments: [{ name: 'node', many: true, text: { en: 'names of nodes', zh: '节点名称' } }],
  settings: [...runSettings],
  flags: restoreFlags,
  examples: ['osferry restore node-1 --dry-run client', 'osferry restore node-1 --timeout 30m --yes'],
  async run(context, input) {
    const nodes = [...new Set(input.arguments)]
    if (input.value('--record') !== undefined && nodes.length !== 1)
      throw new MigrationError('USAGE', '--record is the record of one node, and several are named')
    const ofRun = await restoreInRun(context, input, restoreFlags)
    if (ofRun !== undefined) return ofRun
    const isDry = input.value('--dry-run') !== undefined
    const { cluster } = await openCluster(context)
    try {
      const resources = ['nodes', 'pods', 'leases', ...(input.on('--approve-csr') ? approving : [])]
      if (!isDry) await requireRights(cluster, [{ task: 'restore', resources }], context.signal)
      const store = storeOf(context, input, await clusterUid(cluster, context.signal))
      const records = await Promise.all(nodes.map((node) => recordOf(store, node)))
      const { clock } = context
      const heartbeats = nodeHeartbeats({ cluster, clock })
      const ports = { cluster, clock, wait: sleep, records: store, heartbeats }
      for (const record of records) if (record !== undefined) refuseOtherCluster(ports, record)
      for (const [index, node] of nodes.entries())
        if (records[index] === undefined) {
          await refuseUnmarked(context, ports, node)
          await refuseMarkOfRun(context, cluster, node)
        }
      for (const record of records)
        if (record !== undefined && (await isUncordonedSince(cluster, record, context.signal)))
          tell(context, savedPodsText(context, record, Date.parse(clock.now())))
      const session = { ports, nodes, records, input }
      if (isDry) return await bringBack(context, session)
      await confirm(context, {
        question: {
          en: `Restore ${nodes.join(', ')} of ${cluster.context}?`,
          zh: `恢复 ${cluster.context} 的 ${nodes.join('、')}？`,
        },
        answer: { en: 'add --yes', zh: '请加上 --yes' },
      })
      const { holder } = newRun()
      const lease = await acquireRunLease(ports, leaseOptions(context, { name: holder }), context.signal)
      const fenced = { ...ports, cluster: fencedCluster(cluster, lease) }
      try {
        await refuseNodesAtWork(ports, { nodes, holder }, context.signal)
        return await bringBack(context, { ...session, ports: fenced, lost: lease.lost })
      } finally {
        await lease.release(context.forced())
      }
    } finally {
      await cluster.close()
    }
  },
})

interface Session {
  ports: RestorePorts
  nodes: readonly string[]
  /** Of each node; undefined when it has none, but marks. */
  records: readonly (NodeRecord | undefined)[]
  input: CommandInput
  /** Aborted when the lease is somebody else's. */
  lost?: AbortSignal
}

async function bringBack(context: CommandContext, session: Session): Promise<CommandExit> {
  const { ports, nodes, records, input, lost } = session
  const signal = lost === undefined ? context.signal : AbortSignal.any([context.signal, lost])
  const dryRun = input.value('--dry-run') as RestoreOptions['dryRun']
  const outcomes: RestoreOutcome[] = []
  let problem: MigrationError | undefined
  let hasWritten = false
  const uncordon = !input.on('--no-uncordon')
  // A renewal is seen by the second look: that of all nodes while the first is waited for.
  if (dryRun === undefined)
    await Promise.all(nodes.map(async (name) => await ports.heartbeats.look(name, signal)))
  const onWrite = (): void => {
    hasWritten = true
  }
  for (const [index, name] of nodes.entries()) {
    const record = records[index]
    try {
      const outcome =
        record === undefined
          ? clearMarks(ports, { name, record, dryRun, uncordon, onWrite }, signal)
          : bringBackNode(
              ports,
              {
                record,
                dryRun,
                uncordon,
                onWrite,
                approves: input.on('--approve-csr'),
                timeoutMs: durationMs(input.value('--timeout') ?? defaultTimeout, '--timeout'),
                onWait: (waiting) => tell(context, `${name} ${waitText(context, waiting)}`),
              },
              signal,
            )
      outcomes.push(await outcome)
    } catch (error) {
      // The lease has a reason of its own, whichever error the end of the signal made.
      const reason: unknown = lost?.aborted === true ? lost.reason : error
      if (!isMigrationError(reason) && !context.signal.aborted) throw reason
      // Nothing was changed: the error, or the interruption, is all there is to say.
      if (outcomes.length === 0 && !hasWritten) throw reason
      problem = isMigrationError(reason) ? reason : undefined
      break
    }
  }
  const exit = exitOf(context, { ...session, outcomes, problem })
  await printRestored(context, { outcomes, exit, isDry: dryRun !== undefined })
  tellExit(context, exit)
  return exit
}

/** 6 = something is left that another run may do; 2 = done, with differences that a person has to look at. */
function exitOf(
  context: CommandContext,
  {
    nodes,
    outcomes,
    problem,
    input,
  }: Session & { outcomes: readonly RestoreOutcome[]; problem: MigrationError | undefined },
): CommandExit {
  const { say } = context
  const open = nodes.filter((name) => {
    const outcome = outcomes.find(({ node }) => node === name)
    return outcome === undefined || isOpen(outcome)
  })
  if (open.length > 0 && input.value('--dry-run') === undefined) {
    const left = say({
      en: `not finished: ${open.join(', ')}; nothing is lost, run it again`,
      zh: `未完成：${open.join('、')}；没有丢失任何内容，可再次运行`,
    })
    const why = problem === undefined ? '' : `: ${problem.message} [${problem.code}]`
    return { code: 6, reason: `${left}${why}`, next: [clusterCommand(context, `restore ${open.join(' ')}`)] }
  }
  if (open.length === 0 && outcomes.every(isClean)) return done
  return {
    code: 2,
    reason: say({ en: 'there are differences to look at', zh: '存在需要查看的差异' }),
    next: [],
  }
}

function storeOf(context: CommandContext, input: CommandInput, uid: string): RestorePorts['records'] {
  const file = input.value('--record')
  return nodeRecordStore(uid, (node) =>
    file === undefined ? nodeRecordPath(context, uid, node) : resolve(context.cwd, file),
  )
}

async function recordOf(store: RestorePorts['records'], node: string): Promise<NodeRecord | undefined> {
  const record = await store.read(node)
  if (record === undefined || record.node.name === node) return record
  throw new MigrationError('USAGE', `the record is of ${record.node.name}, not of ${node}`)
}

/** Without a record there is something to do only for a node that a drain has marked; throws DOCUMENT_NOT_FOUND. */
async function refuseUnmarked(
  context: CommandContext,
  { cluster, records }: RestorePorts,
  node: string,
): Promise<void> {
  const isThere = await isMarked(cluster, node, context.signal).catch((error: unknown) => {
    if (isMigrationError(error, 'NODE_NOT_FOUND')) return false
    throw error
  })
  if (isThere) return
  const path = shortPath(context, nodeRecordPath(context, records.clusterUid, node))
  throw new MigrationError('DOCUMENT_NOT_FOUND', `there is no record of ${node}: ${path} does not exist`, {
    hint: 'osferry drain writes it; name it with --record when it is elsewhere',
  })
}

function tell({ stderr, clock, verbosity }: CommandContext, text: string): void {
  if (verbosity !== 'quiet') stderr.write(`${clock.now().slice(11, 19)} restore ${visibleLine(text)}\n`)
}
