import { defineCommand, documentFormats } from './define-command.ts'
import { goOnWithNodes, requireNodeRun } from './node-run.ts'
import { runSettings } from './run-settings.ts'

/** `osferry replace NODE`: gives a node that a run has begun with its new system. */
export const replace = defineCommand({
  path: 'replace',
  details: {
    en: 'Goes on with the run that has begun with a node, by the plan that was approved, until the system of the node is replaced: past its point of no return. Nothing else of the run is begun. A node that is not migrated yet is migrated first. Exit codes: 6 stopped and resumable, 7 the node failed past its point of no return, 8 it failed before and was given back, 65 no run has begun with it.',
    zh: '按当初批准的计划继续已处理该节点的运行，直到该节点的系统被替换，即越过不可回退点。运行中的其他节点不受影响。尚未完成迁移的节点先完成迁移。退出码：6 已停止可继续，7 节点在不可回退点之后失败，8 节点在其之前失败并已恢复原状，65 没有处理过该节点的运行。',
  },
  arguments: [{ name: 'node', text: { en: 'name of a node', zh: '节点名称' } }],
  settings: [...runSettings],
  formats: documentFormats,
  examples: ['osferry replace node-1', 'osferry replace node-1 -o json'],
  async run(context, input) {
    return await goOnWithNodes(context, [requireNodeRun(context, input.arguments[0] ?? '')], 'replace')
  },
})
