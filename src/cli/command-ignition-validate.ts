import { lintIgnitionText } from '../ignition/lint.ts'
import type { IgnitionIssue } from '../ignition/lint-issue.ts'
import { userDataIssues, userDataLimits } from '../ignition/user-data-limits.ts'
import { errorCodes } from '../model/errors.ts'
import { profileValue } from '../model/profile-fields.ts'
import { counted } from '../model/text.ts'
import type { CommandContext } from './context.ts'
import { defineCommand, done, type CommandExit } from './define-command.ts'
import { findProfile } from './find-profile.ts'
import { readIgnitionFile } from './ignition-file.ts'
import { printListIfAny, tellExit, type Column } from './output.ts'

/** `osferry ignition validate FILE`: what Ignition would refuse, pass over, or fail with on the machine. */
export const ignitionValidate = defineCommand({
  path: 'ignition validate',
  details: {
    en: 'Reads a configuration as Ignition does, only stricter: keys that are passed over, modes that look octal, files of the image without overwrite, ordering cycles and fetches without end are errors. Nothing is contacted or written.',
    zh: '以比 Ignition 更严格的方式检查配置：会被忽略的键、像八进制的权限、缺少 overwrite 的镜像文件、启动顺序成环、没有时限的下载都是错误。不连接也不写入任何内容。',
  },
  arguments: [{ name: 'file', text: { en: 'Ignition configuration (JSON)', zh: 'Ignition 配置（JSON）' } }],
  flags: [
    {
      flags: '--profile <name>',
      text: { en: 'os profile that will read it: name or path', zh: '将读取该配置的系统：描述的名称或路径' },
    },
    {
      flags: '--platform <id>',
      choices: userDataLimits.map(({ platform }) => platform),
      text: {
        en: 'cloud that is given it as user data: its size counts',
        zh: '以用户数据形式接收该配置的云平台，会检查大小',
      },
    },
  ],
  examples: ['osferry ignition validate worker-1.ign', 'osferry ignition validate a.ign --profile flatcar'],
  async run(context, input) {
    const text = await readIgnitionFile(context, input.arguments[0] ?? '')
    const name = input.value('--profile')
    const found = name === undefined ? undefined : await findProfile(name, context)
    const maxSpec = found === undefined ? undefined : profileValue(found.profile, 'ignition.maxSpec')
    const platform = input.value('--platform')
    const issues = [
      ...lintIgnitionText(text, { maxSpec }).issues,
      ...(platform === undefined ? [] : userDataIssues(Buffer.byteLength(text), platform)),
    ]
    const exit = exitOf(context, issues)
    await printListIfAny(context, {
      columns: columnsOf(context),
      items: issues,
      name: placeOf,
      data: dataOf,
      exit,
    })
    tellExit(context, exit)
    return exit
  },
})

function columnsOf({ say }: CommandContext): Column<IgnitionIssue>[] {
  return [
    {
      key: 'severity',
      title: { en: 'KIND', zh: '级别' },
      value: ({ severity }) =>
        severity === 'error' ? say({ en: 'error', zh: '错误' }) : say({ en: 'warning', zh: '警告' }),
    },
    { key: 'rule', title: { en: 'RULE', zh: '规则' }, value: ({ rule }) => rule },
    { key: 'where', title: { en: 'WHERE', zh: '位置' }, value: placeOf, wrap: true },
    { key: 'what', title: { en: 'WHAT', zh: '问题' }, value: ({ message }) => say(message), wrap: true },
  ]
}

function placeOf({ path }: IgnitionIssue): string {
  return path.map(String).join('.')
}

function dataOf(issue: IgnitionIssue): unknown {
  return { ...issue, path: placeOf(issue) }
}

function exitOf({ say }: CommandContext, issues: readonly IgnitionIssue[]): CommandExit {
  const errors = issues.filter(({ severity }) => severity === 'error').length
  if (errors === 0) return done
  const reason = say({
    en: `${counted(errors, 'error')}: the first boot would fail, or do another thing`,
    zh: `${errors} 个错误：首次启动会失败或出现偏差`,
  })
  return { code: errorCodes.IGNITION_INVALID, reason, next: [] }
}
