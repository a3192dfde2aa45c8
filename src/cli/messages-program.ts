import type { Text } from '../model/text.ts'

/** Words of the program itself and of its `--help`. */
export const programTexts = {
  description: {
    en: 'Moves fleets of hosts off CentOS 8: inventory, collect, assess, report; drain and restore their nodes.',
    zh: '帮助主机机群迁离 CentOS 8：清单、采集、评估、报告，以及节点的排空与恢复。',
  },
  start: {
    en: 'Run osferry in a terminal without a command for the guided way, or osferry demo to see it work.',
    zh: '在终端中直接运行 osferry 进入向导；运行 osferry demo 查看演示。',
  },
  configFlag: { en: 'configuration file; may be repeated, the later wins', zh: '配置文件，可重复，后者优先' },
  nonInteractive: { en: 'never ask', zh: '从不询问' },
  yes: { en: 'answer yes where a confirmation is asked', zh: '对确认提问一律回答“是”' },
  quiet: { en: 'print the answer and errors only', zh: '只输出结果和错误' },
  verbose: { en: 'log to stderr; twice for more', zh: '向标准错误输出日志；重复使用输出更多' },
  logFile: { en: 'write the log to a file (JSON lines)', zh: '将日志写入文件（JSON 行）' },
  version: { en: 'print the version', zh: '显示版本' },
  help: { en: 'print help', zh: '显示帮助' },
  usage: { en: 'Usage:', zh: '用法：' },
  options: { en: 'Options:', zh: '选项：' },
  globalOptions: { en: 'Global options:', zh: '全局选项：' },
  commands: { en: 'Commands:', zh: '命令：' },
  arguments: { en: 'Arguments:', zh: '参数：' },
  examples: { en: 'Examples:', zh: '示例：' },
  default: { en: 'default', zh: '默认' },
  choices: { en: 'choices', zh: '可选' },
  variable: { en: 'env', zh: '环境变量' },
} as const satisfies Record<string, Text>
