import { podName } from '../model/drain-pod.ts'
import { isMigrationError, MigrationError } from '../model/errors.ts'
import { visibleLine } from '../model/visible-text.ts'
import { dryRunNode } from '../steps/drain-dry-run.ts'
import { drainNodes } from '../steps/drain-nodes.ts'
import type { DrainPorts, DrainRun } from '../steps/drain-ports.ts'
import type { DrainPlan } from '../steps/drain-preflight.ts'
import type { DrainChoices } from '../steps/drain-choices.ts'
import { requireRights, type RightsWanted } from '../steps/require-rights.ts'
import { fencedCluster } from '../steps/fenced-cluster.ts'
import { acquireRunLease } from '../steps/run-lease.ts'
import { confirm } from './confirm.ts'
import type { CommandContext } from './context.ts'
import { defineCommand, done, type CommandExit } from './define-command.ts'
import { drainChoices, drainFlags, wholeNumber } from './drain-choices.ts'
import { escalationLine } from './drain-escalation-text.ts'
import { drainExit } from './drain-exit.ts'
import { planText, printOutcomes, printPlan } from './drain-print.ts'
import { drainProgress } from './drain-progress.ts'
import { drainPorts, newRun, nodesMeant, openSight, type DrainSight } from './drain-session.ts'
import { fewNames } from '../model/few-names.ts'
import { clusterCommand } from './cluster-command.ts'
import { givenFlags } from './given-flags.ts'
import { leaseOptions } from './lease-options.ts'
import { waitText } from './messages-restore.ts'
import { openCluster } from './open-cluster.ts'
import { refuseNodesAtWork } from './refuse-at-work.ts'
import { tellExit } from './output.ts'

/** `osferry drain`: empties nodes within all budgets, or gives them back as they were found. */
export const drain = defineCommand({
  path: 'drain',
  details: {
    en: 'Says what would stand in the way before anything is written, cordons, evicts within the budgets, waits for pods and volumes. On timeout, failure or Ctrl-C the node is given back as it was found.',
    zh: '写入之前先列出所有阻碍；随后封锁节点、在中断预算内驱逐 Pod，并等待 Pod 结束与卷分离。超时、失败或 Ctrl-C 时恢复节点原状。',
  },
  arguments: [{ name: 'node', many: true, optional: true, text: { en: 'names of nodes', zh: '节点名称' } }],
  settings: ['cluster.kubeconfig', 'cluster.context'],
  flags: drainFlags,
  examples: [
    'osferry drain node-1 --dry-run client',
    'osferry drain node-1 --timeout 30m --delete-emptydir-data',
    'osferry drain node-1 node-2 --max-nodes 2 --yes',
    'osferry drain -l role=worker --max-nodes 3 --exclude-from-load-balancers',
    'osferry drain node-1 --timeout 30m --escalate delete',
  ],
  async run(context, input) {
    const choices = await drainChoices(context, input)
    const maxNodes = wholeNumber(input, '--max-nodes') ?? 1
    const { cluster } = await openCluster(context)
    const run = newRun()
    const end = new AbortController()
    const signal = AbortSignal.any([context.signal, end.signal])
    try {
      const asked = { names: input.arguments, selectors: input.values('--selector') }
      const nodes = await nodesMeant(cluster, asked, signal)
      await requireRights(cluster, rightsFor(choices), signal)
      const ports = await drainPorts(context, cluster, run)
      const sight = await openSight(ports, nodes, signal)
      refuseUnknownPods(choices, sight)
      const dryRun = input.value('--dry-run')
      // Nodes are named then, and a dry run suggests no other try.
      const flags = givenFlags(drainFlags, input, ['--selector', '--dry-run'])
      const session = { ports, run, sight, choices, nodes, maxNodes, flags }
      const plans = sight.plans(choices)
      if (refused(plans) || dryRun !== undefined)
        return await endBefore(context, { ...session, plans, dryRun })
      context.stderr.write(planText(context, plans, sight.view.ledger.all()))
      await confirm(context, {
        question: {
          en: `Drain ${nodes.join(', ')} of ${cluster.context}?`,
          zh: `排空 ${cluster.context} 的 ${nodes.join('、')}？`,
        },
        answer: { en: 'add --yes', zh: '请加上 --yes' },
      })
      return await perform(context, session)
    } finally {
      end.abort()
      await cluster.close()
    }
  },
})

interface Session {
  ports: DrainPorts
  run: DrainRun
  sight: DrainSight
  choices: DrainChoices
  nodes: readonly string[]
  maxNodes: number
  /** As given, to suggest another try. */
  flags: readonly string[]
}

/** A name that is misspelled would be found out only when it is too late. */
function refuseUnknownPods({ forcePods = [] }: DrainChoices, { view }: DrainSight): void {
  const known = new Set([...view.pods.values()].map(podName))
  const unknown = forcePods.filter((name) => !known.has(name))
  if (unknown.length > 0)
    throw new MigrationError('USAGE', `--force-pod: no such pod on these nodes: ${unknown.join(', ')}`)
}

/** What a drain writes to: naked pods are created again when it is undone, and deleting is a right of its own. */
function rightsFor({ naked, rules, escalate = 'none' }: DrainChoices): RightsWanted[] {
  const saves = naked === 'recreate' || rules.some(({ behavior }) => behavior === 'Save')
  const deletes = escalate !== 'none' || rules.some(({ behavior }) => behavior === 'Delete')
  const resources = ['nodes', 'pods/eviction', 'leases', ...(saves ? ['pods'] : [])]
  return [
    { task: 'drain', resources },
    ...(deletes ? [{ task: 'escalate', resources: ['pods'] } as const] : []),
  ]
}

function refused(plans: readonly DrainPlan[]): boolean {
  return plans.some(({ refusals }) => refusals.length > 0)
}

/** The answer of a run that writes nothing. */
async function endBefore(
  context: CommandContext,
  { ports, run, sight, plans, dryRun }: Session & { plans: readonly DrainPlan[]; dryRun: string | undefined },
): Promise<CommandExit> {
  const { cluster } = ports
  const reasons: string[] = []
  if (dryRun === 'server') {
    const owner = { run: run.id, holder: run.holder, at: context.clock.now() }
    for (const plan of plans) {
      const node = sight.view.nodes.get(plan.node)
      if (node === undefined) continue
      const answers = await dryRunNode({ cluster, plan, node, owner }, context.signal)
      reasons.push(...answers.map(({ pod, message }) => `${pod}: ${message}`))
    }
  }
  const { say } = context
  const stopping = [...new Set(plans.flatMap(({ refusals }) => refusals.map(({ pod }) => pod)))]
  if (stopping.length > 0) {
    const pods = fewNames(stopping)
    reasons.unshift(say({ en: `in the way: ${pods}`, zh: `受阻于：${pods}` }))
  }
  const why = reasons.join('; ')
  const reason = say({ en: `nothing was written: ${why}`, zh: `未做任何写入：${why}` })
  const blocked = plans.filter(({ refusals }) => refusals.length > 0).map(({ node }) => node)
  const next = blocked.length === 0 ? [] : [clusterCommand(context, `why ${blocked.join(' ')}`)]
  const exit: CommandExit = reasons.length === 0 ? done : { code: 2, reason, next }
  await printPlan(context, { plans, budgets: sight.view.ledger.all(), exit })
  tellExit(context, exit)
  return exit
}

async function perform(context: CommandContext, session: Session): Promise<CommandExit> {
  const { ports, run, sight, choices, nodes, maxNodes, flags } = session
  const { view, around } = sight
  const force = context.forced()
  const lease = await acquireRunLease(ports, leaseOptions(context, { name: run.holder }), context.signal)
  const fenced = { ...ports, cluster: fencedCluster(ports.cluster, lease) }
  const progress = drainProgress(context)
  const onStop = (): void => progress.stop()
  context.signal.addEventListener('abort', onStop)
  try {
    await refuseNodesAtWork(ports, { nodes, holder: run.holder }, context.signal)
    // While somebody was asked and the lease was taken, pods may have come.
    const plans = sight.plans(choices)
    if (refused(plans)) return await endBefore(context, { ...session, plans, dryRun: undefined })
    const stop = AbortSignal.any([context.signal, lease.lost])
    const result = await drainNodes({
      ports: fenced,
      run,
      view,
      around,
      choices,
      nodes,
      maxNodes,
      stop,
      force,
      log: context.log,
      onPhase: (status) => progress.onPhase(status),
      onStep: (record) => context.stderr.write(`${escalationLine(context, record)}\n`),
      onPodWait: ({ pod, until }) =>
        context.stderr.write(`${waitText(context, { for: 'pod', detail: `${pod} (${until})` })}\n`),
      onWarning: (node, message) => context.stderr.write(`${visibleLine(`${node}: ${message}`)}\n`),
      onStart: (statuses) => progress.onStart(statuses),
    })
    progress.finish()
    const { outcomes, error } = result
    // Nothing was changed: the interruption is all there is to say.
    if (outcomes.every(({ result }) => result === 'not-started')) context.signal.throwIfAborted()
    const command = (name: string, of: readonly string[]): string =>
      clusterCommand(context, [name, ...of, ...(name === 'drain' ? flags : [])].join(' '))
    const exit = drainExit({ signal: context.signal, say: context.say, command }, result, nodes)
    await printOutcomes(context, outcomes, exit)
    if (error !== undefined && !isMigrationError(error)) throw error
    tellExit(context, exit)
    return exit
  } finally {
    context.signal.removeEventListener('abort', onStop)
    progress.finish()
    await lease.release(force)
  }
}
