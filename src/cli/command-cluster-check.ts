import { compareText } from '../model/compare-text.ts'
import { assessHost, type AssessOptions } from '../assess/assess-host.ts'
import { createWaiverBook, type WaiverBook } from '../assess/waive.ts'
import { openClusterFile, type ClusterFrame } from '../inventory/cluster-file.ts'
import { builtinKernelProfile } from '../kernel/profiles.ts'
import type { Finding } from '../model/assessment.ts'
import { MigrationError } from '../model/errors.ts'
import type { HostFacts } from '../model/facts.ts'
import { nearest } from '../model/nearest.ts'
import type { NodeInput } from '../model/node-view.ts'
import { isAtLeast, severities, type Severity, type Target } from '../model/target.ts'
import { counted } from '../model/text.ts'
import { indexSnapshot, matchedInput } from './assess-cluster.ts'
import { targetsOf } from './assess-targets.ts'
import { snapshotFlag } from './cluster-flags.ts'
import { inventoryHosts } from './cluster-hosts.ts'
import type { CommandContext } from './context.ts'
import { defineCommand, type CommandExit } from './define-command.ts'
import { loadChecks, type LoadedChecks } from './load-checks.ts'
import { loadWaivers } from './load-waivers.ts'
import { assessTexts as words } from './messages-assess.ts'
import { isForMachines, printList, tellExit, type Column } from './output.ts'
import { clusterPath } from './state-paths.ts'

/** One finding of one node, for all targets for which it is the same. */
interface NodeFinding extends Pick<
  Finding,
  'key' | 'status' | 'severity' | 'here' | 'evidence' | 'remedies' | 'waiver'
> {
  node: string
  targets: Target[]
}

/** `osferry cluster check [NODE...]`: the checks of nodes straight from the snapshot, without facts of any host. */
export const clusterCheck = defineCommand({
  path: 'cluster check',
  details: {
    en: 'Judges nodes by the saved snapshot: budgets, placement, data on the node, control plane, pods that resist a drain. Contacts nobody. Waivers count as in osferry assess: of a node that is a host of the inventory by that host. Exit 2 when a finding is at or above --fail-on; else 3 when something could not be told.',
    zh: '根据已保存的快照检查节点：中断预算、调度、节点上的数据、控制平面、妨碍排空的 Pod。不连接任何服务。豁免与 osferry assess 相同：节点对应清单中的主机时按该主机匹配。存在达到 --fail-on 级别的问题时退出码为 2；否则若有无法判定的内容则为 3。',
  },
  arguments: [
    {
      name: 'node',
      text: { en: 'names of nodes; all when left out', zh: '节点名称；省略则检查全部节点' },
      optional: true,
      many: true,
    },
  ],
  settings: [
    'inventory',
    'assess.targets',
    'assess.failOn',
    'assess.show',
    'assess.waivers',
    'assess.checks',
  ],
  flags: [snapshotFlag],
  examples: [
    'osferry cluster check --waivers waivers.yaml',
    'osferry cluster check node-1 --target containeros -o json',
  ],
  async run(context, input) {
    const { settings } = context
    const file = await openClusterFile(input.value('--cluster') ?? clusterPath(context))
    try {
      const { names, views } = await indexSnapshot(file, context.signal)
      const chosen = chosenNodes(input.arguments, names, file)
      const loaded = await loadChecks(settings.text('assess.checks'))
      const waivers = createWaiverBook({
        waivers: await loadWaivers(context),
        checkIds: new Set(loaded.infos.map(({ id }) => id)),
        now: context.clock.now(),
      })
      const judge = judgeOf(context, { loaded, waivers, hostOf: await hostsOfNodes(context, file) })
      const shared = matchedInput(file, context.clock.now())
      const findings = chosen.flatMap((name) => {
        context.signal.throwIfAborted()
        const view = views(name)
        return view === undefined ? [] : judge(name, { ...shared, view })
      })
      warnOfWaivers(context, waivers)
      const exit = exitOf(context, findings, {
        nodes: chosen.length,
        failOn: settings.required('assess.failOn'),
      })
      const show = settings.required('assess.show') as Severity
      const shown = findings.filter(({ severity }) => isForMachines(context) || isAtLeast(severity, show))
      await print(context, { findings: byCause(shown), loaded, exit })
      return exit
    } finally {
      await file.close()
    }
  },
})

function chosenNodes(
  asked: readonly string[],
  names: readonly string[],
  { end }: ClusterFrame,
): readonly string[] {
  if (end.counts.nodes === null) {
    throw new MigrationError(
      'DOCUMENT_INVALID',
      'the snapshot of the cluster has no nodes: they could not be read',
      {
        hint: 'see which right is missing with osferry doctor --cluster, then run osferry cluster snapshot again',
      },
    )
  }
  for (const name of asked) {
    if (names.includes(name)) continue
    const near = nearest(name, names)
    throw new MigrationError('NODE_NOT_FOUND', `the snapshot of the cluster has no node ${name}`, {
      hint: near === undefined ? 'osferry cluster snapshot -o name lists the nodes' : `Did you mean ${near}?`,
    })
  }
  return asked.length === 0 ? names : [...new Set(asked)].sort()
}

type JudgeNode = (name: string, node: NodeInput) => NodeFinding[]

type Host = HostFacts['host']

/** Whose groups and labels waivers look at: those of the host that the node is, or none. */
async function hostsOfNodes(context: CommandContext, { end }: ClusterFrame): Promise<(node: string) => Host> {
  const names = new Map(end.hosts?.matches.map(({ host, node }) => [node, host]))
  const isAsked = context.settings.text('assess.waivers') !== undefined
  const hosts = new Map((isAsked ? await inventoryHosts(context) : null)?.map((host) => [host.name, host]))
  return (node) => {
    const name = names.get(node) ?? node
    const known = names.has(node) ? hosts.get(name) : undefined
    const { address = name, groups = [], labels = {} } = known ?? {}
    return { name, address, groups: [...groups], labels: { ...labels } }
  }
}

/** Waivers of other checks are the affair of `osferry assess`. */
function warnOfWaivers({ log }: CommandContext, book: WaiverBook): void {
  for (const { check, status, owner, expires } of book.report()) {
    if (status === 'expired') log.warn('a waiver is over', { check, owner, expires })
    else if (status === 'unknown-check')
      log.warn('a waiver is for a check that is not known', { check, owner })
  }
}

function judgeOf(
  { settings, clock }: CommandContext,
  { loaded, waivers, hostOf }: { loaded: LoadedChecks; waivers: WaiverBook; hostOf: (node: string) => Host },
): JudgeNode {
  const now = clock.now()
  const options: AssessOptions = {
    targets: targetsOf(settings.list('assess.targets')),
    checks: loaded.checks.filter(({ lists }) => lists !== undefined),
    kernelProfile: builtinKernelProfile,
    anck: '5.10',
    waivers,
    now,
  }
  return (name, node) => {
    const host = hostOf(name)
    const merged = new Map<string, NodeFinding>()
    for (const { target, findings } of assessHost({ host, missing: true }, { ...options, node }).targets) {
      for (const { key, status, severity, here, evidence, remedies, waiver } of findings) {
        const id = JSON.stringify([key, status, severity, here])
        const known = merged.get(id) ?? {
          node: name,
          targets: [],
          key,
          status,
          severity,
          here,
          evidence,
          remedies,
          ...(waiver === undefined ? {} : { waiver }),
        }
        merged.set(id, known)
        known.targets.push(target)
      }
    }
    return [...merged.values()]
  }
}

/** Gravest first, each cause with all its nodes together. */
function byCause(findings: readonly NodeFinding[]): NodeFinding[] {
  return findings.toSorted(
    (a, b) =>
      severities.indexOf(a.severity) - severities.indexOf(b.severity) ||
      compareText(a.key, b.key) ||
      compareText(a.node, b.node),
  )
}

async function print(
  context: CommandContext,
  { findings, loaded, exit }: { findings: NodeFinding[]; loaded: LoadedChecks; exit: CommandExit },
): Promise<void> {
  // One finding may weigh more for one target than for another: without the targets it would stand there twice.
  const most = Math.max(0, ...findings.map(({ targets }) => targets.length))
  const isSame = findings.every(({ targets }) => targets.length === most)
  const titles = new Map(loaded.infos.map(({ id, title }) => [id, context.say(title)]))
  const columns: readonly Column<NodeFinding>[] = [
    { key: 'severity', title: words.severityColumn, value: ({ severity }) => severity },
    { key: 'check', title: words.checkColumn, value: ({ key }) => key },
    { key: 'node', title: { en: 'NODE', zh: '节点' }, value: ({ node }) => node },
    { key: 'status', title: words.statusColumn, value: ({ status }) => status },
    { key: 'here', title: words.titleColumn, value: ({ here }) => context.say(here), wrap: true },
    { key: 'title', title: words.checkColumn, value: ({ key }) => titles.get(key) ?? key, wide: true },
    {
      key: 'targets',
      title: words.target,
      value: ({ targets }) => targets.join(','),
      wrap: true,
      wide: isSame,
    },
  ]
  await printList(context, { columns, items: findings, name: ({ node, key }) => `${node} ${key}`, exit })
  tellExit(context, exit)
}

/** 2 = findings at or above the gate, 3 = something could not be told, else 0. */
function exitOf(
  { say }: CommandContext,
  findings: readonly NodeFinding[],
  { nodes, failOn }: { nodes: number; failOn: string },
): CommandExit {
  const [first] = findings
  const explain = first === undefined ? [] : [`osferry checks explain ${first.key}`]
  const next = [...explain, 'osferry drain NODE --dry-run client']
  const isOver = ({ status, severity }: NodeFinding): boolean =>
    status === 'fail' && failOn !== 'never' && isAtLeast(severity, failOn as Severity)
  if (findings.some(isOver))
    return {
      code: 2,
      reason: say({ en: `findings at or above ${failOn}`, zh: `存在 ${failOn} 及以上级别的问题` }),
      next,
    }
  const unsure = findings.filter(({ status }) => status === 'unknown' || status === 'error').length
  if (unsure > 0)
    return {
      code: 3,
      reason: say({ en: `${unsure} answers could not be told`, zh: `有 ${unsure} 项无法判定` }),
      next: ['osferry cluster snapshot'],
    }
  return {
    code: 0,
    reason: say({ en: `${counted(nodes, 'node')} judged`, zh: `已检查 ${nodes} 个节点` }),
    next,
  }
}
