import { inLanguage, type Language, type Text } from '../model/text.ts'
import { visibleLine } from '../model/visible-text.ts'
import type { WizardStage, WrittenFile } from './actions.ts'
import type { Screen } from './screen.ts'
import { pad } from './width.ts'

/** The reports that were written, and the end. */
export function reportScreen(files: readonly WrittenFile[], language: Language, command: string): Screen {
  const say = (text: Text): string => inLanguage(text, language)
  return {
    stage: 'report',
    body: [
      say({ en: 'Reports were written:', zh: '报告已生成：' }),
      ...files.map(({ format, path }) => `  ✔ ${pad(format, 9)} ${visibleLine(path)}`),
      '',
      say({
        en: 'Nothing was changed on any host. Give these files to whoever decides; the same commands run in CI.',
        zh: '未对任何主机做更改。可将这些文件交给决策者；同样的命令可在 CI 中运行。',
      }),
      '',
    ],
    rows: [{ id: 'finish', text: say({ en: 'Finish', zh: '完成' }) }],
    keys: [],
    command,
  }
}

/** Something went wrong: what, and what to do. */
export function errorScreen(
  { code, message, hint }: { code: string; message: string; hint: string | undefined },
  stage: WizardStage,
  language: Language,
): Screen {
  const retry = inLanguage({ en: 'Try again', zh: '重试' }, language)
  return {
    stage,
    body: [
      `✖ ${code}`,
      ...message.split('\n').map((line) => visibleLine(line)),
      ...(hint === undefined ? [] : hint.split('\n').map((line) => `→ ${visibleLine(line)}`)),
      '',
    ],
    rows: [
      { id: 'retry', text: retry },
      { id: 'back', text: inLanguage({ en: 'Back', zh: '返回' }, language) },
    ],
    keys: [],
    command: '',
  }
}

const helpTexts: Readonly<Record<WizardStage, readonly Text[]>> = {
  sources: [
    {
      en: 'Choose where your hosts are listed. Foreign lists are turned into inventory.yaml, which you can edit.',
      zh: '选择主机列表的来源。外部列表会转换为可编辑的 inventory.yaml。',
    },
    {
      en: 'Passwords and vault values are never copied; write references (env:NAME, file:PATH).',
      zh: '不会复制密码和 vault 内容；请写引用（env:名称、file:路径）。',
    },
  ],
  access: [
    {
      en: 'Every host is tried once. Host keys are checked against known_hosts; a changed key stops that host.',
      zh: '每台主机尝试一次。主机密钥按 known_hosts 校验；密钥改变的主机会停止连接。',
    },
    {
      en: 'Open a failure to see its hosts; r tries them again, x leaves them out.',
      zh: '打开某个失败项可查看其主机；r 重试，x 排除。',
    },
  ],
  collect: [
    {
      en: 'Facts are saved host by host: after a stop, only the missing ones are collected.',
      zh: '信息逐台保存：中断后只需采集缺少的主机。',
    },
    {
      en: 'The script that runs is shown by: osferry inventory script',
      zh: '查看所运行的脚本：osferry inventory script',
    },
  ],
  assess: [
    {
      en: 'Every host is judged for each target. 5/7 means: this blocks 7 hosts, and nothing else blocks 5 of them.',
      zh: '每台主机针对每个目标进行评估。5/7 表示：阻断 7 台主机，其中 5 台没有其他阻断项。',
    },
    {
      en: 'Open a finding for reason, evidence and fix. A waiver accepts a risk until a day; it is always reported.',
      zh: '打开某个问题可查看原因、证据和处理方法。豁免表示在某日之前接受风险，并始终写入报告。',
    },
  ],
  report: [
    {
      en: 'The HTML report is one file without scripts; JSON is the source of all other formats.',
      zh: 'HTML 报告为单个文件、不含脚本；JSON 是所有其他格式的来源。',
    },
  ],
}

/** What the stage does, for `?`. */
export function helpScreen(stage: WizardStage, language: Language): Screen {
  return {
    stage,
    body: helpTexts[stage].flatMap((text) => [inLanguage(text, language), '']),
    rows: [],
    keys: [],
    command: '',
  }
}
