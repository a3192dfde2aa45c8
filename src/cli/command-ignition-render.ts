import { buildIgnition } from '../ignition/build-config.ts'
import { defineCommand, documentFormats } from './define-command.ts'
import { tellOpen } from './ignition-open.ts'
import { ignitionFlags, ignitionRequestOf } from './ignition-request.ts'
import { printDocument, tellExit } from './output.ts'

/** `osferry ignition render NODE`: the configuration that the node would boot with, without secrets. */
export const ignitionRender = defineCommand({
  path: 'ignition render',
  formats: documentFormats,
  details: {
    en: 'Makes the Ignition configuration of a node from saved facts, the plan, an os profile and your settings; contacts nobody. It holds no secret: a token is a placeholder until a machine fetches it. What of the old system it does not hold is listed on stderr, and the exit code is 2 until you decide.',
    zh: '根据已保存的事实、计划、系统描述和设置生成节点的 Ignition 配置，不连接任何主机。配置中没有机密：令牌在机器获取配置之前只是占位符。旧系统中未包含的内容列在标准错误输出上，在作出决定之前退出码为 2。',
  },
  arguments: [{ name: 'node', text: { en: 'node of the plan, or host', zh: '计划中的节点，或主机' } }],
  flags: ignitionFlags,
  examples: [
    'osferry ignition render worker-1 --profile ./ours.yaml --settings ignition.yaml > worker-1.ign',
    'osferry ignition render worker-1 --plan plan.json --settings ignition.yaml',
  ],
  async run(context, input) {
    const built = buildIgnition(await ignitionRequestOf(context, input))
    await printDocument(context, built.config)
    const exit = tellOpen(context, built)
    tellExit(context, exit)
    return exit
  },
})
