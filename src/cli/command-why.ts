import { readWhyFacts } from '../steps/why-facts.ts'
import { whyNode } from '../steps/why-node.ts'
import { clusterCommand } from './cluster-command.ts'
import type { CommandContext } from './context.ts'
import { defineCommand, documentFormats, done, type CommandExit } from './define-command.ts'
import { fewNames } from '../model/few-names.ts'
import { openCluster } from './open-cluster.ts'
import { printWhy, type WhyAnswer } from './why-print.ts'

/** `osferry why`: what keeps nodes from becoming empty, and what may be done about it; reads only. */
export const why = defineCommand({
  path: 'why',
  details: {
    en: 'Only reads, also while a drain is at work. Exit code 2: something blocks; 3: a part could not be looked at.',
    zh: '只读，排空进行中也可使用。退出码 2：存在阻碍；3：有内容无法查看。',
  },
  arguments: [{ name: 'node', many: true, text: { en: 'names of nodes', zh: '节点名称' } }],
  settings: ['cluster.kubeconfig', 'cluster.context'],
  examples: ['osferry why node-1', 'osferry why node-1 node-2 -o json'],
  formats: documentFormats,
  async run(context, input) {
    const { cluster } = await openCluster(context)
    const { clock, signal } = context
    try {
      const names = [...new Set(input.arguments)]
      const facts = await readWhyFacts({ cluster, clock }, names, signal)
      const nowMs = Date.parse(clock.now())
      const reports = names.map((name) => whyNode(name, facts, nowMs))
      const exit = exitOf(context, { reports, gaps: facts.gaps })
      await printWhy(context, { reports, gaps: facts.gaps, exit })
      return exit
    } finally {
      await cluster.close()
    }
  },
})

function exitOf(context: CommandContext, { reports, gaps }: Omit<WhyAnswer, 'exit'>): CommandExit {
  const { say } = context
  if (gaps.length > 0) {
    const what = gaps.map((gap) => gap.what).join(', ')
    const reason = say({ en: `could not be looked at: ${what}`, zh: `无法查看：${what}` })
    return { code: 3, reason, next: [clusterCommand(context, 'doctor --cluster')] }
  }
  const blocked = reports.filter(({ blockers }) => blockers.length > 0).map(({ node }) => node)
  if (blocked.length === 0) return done
  const names = fewNames(blocked)
  return { code: 2, reason: say({ en: `blocked: ${names}`, zh: `受阻：${names}` }), next: [] }
}
