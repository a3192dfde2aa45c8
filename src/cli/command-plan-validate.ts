import { defineCommand, documentFormats } from './define-command.ts'
import { isForMachines, printDocument, tellExit } from './output.ts'
import { digestFlag, planArgument, planOf } from './plan-arguments.ts'
import { planChanges, stalenessFlags } from './plan-staleness.ts'
import { changesDocument, staleError } from './refuse-stale.ts'

/** `osferry plan validate PLAN`: is what the plan rests on still so? Contacts nobody. */
export const planValidate = defineCommand({
  path: 'plan validate',
  details: {
    en: 'Compares what the plan rests on with the saved facts, assessment and snapshot, and with the playbook, as they are now. Collect, snapshot and assess first: nobody is contacted. A plan that is stale is refused with what has changed: exit code 5.',
    zh: '将计划所依据的内容与当前保存的主机信息、评估、集群快照及剧本比较。请先重新采集、快照和评估；本命令不连接任何服务。计划已过期时列出变化并以退出码 5 拒绝。',
  },
  arguments: [planArgument],
  settings: ['facts'],
  flags: [...stalenessFlags, digestFlag],
  formats: documentFormats,
  examples: [
    'osferry plan validate plan.json',
    'osferry plan validate plan.json --digest 9f3c0a1b2c3d -o json',
  ],
  async run(context, input) {
    const file = await planOf(context, input)
    const changes = await planChanges(context, input, file.plan)
    const { path, digest } = file
    if (changes.length > 0) {
      const stale = staleError(context, file, changes)
      const exit = { code: 5, reason: stale.message, next: ['osferry plan create'] }
      if (isForMachines(context))
        await printDocument(context, { path, digest, changes: changesDocument(changes), exit })
      throw stale
    }
    const exit = {
      code: 0,
      reason: context.say({ en: `${path} fits what is known`, zh: `${path} 与现状相符` }),
      next: [],
    }
    if (isForMachines(context)) await printDocument(context, { path, digest, changes, exit })
    tellExit(context, exit)
    return exit
  },
})
