import { inLanguage, type Language, type Text } from '../model/text.ts'
import type { WizardStage } from './actions.ts'
import type { Screen } from './screen.ts'

/** What can be explained: the stages, and the question at the start. */
export type HelpTopic = WizardStage | 'start'

const helpTexts: Readonly<Record<HelpTopic, readonly Text[]>> = {
  start: [
    {
      en: 'The saved session remembers the stage, where the hosts came from, hosts left out, and the language; no secrets. Its file is .osferry/wizard.yaml.',
      zh: '会话文件 .osferry/wizard.yaml 记录当前阶段、主机来源、排除的主机和界面语言，不含任何密钥。',
    },
    {
      en: 'Starting anew asks for the hosts again. Facts and assessments that were saved stay either way.',
      zh: '重新开始会再次询问主机来源。无论哪种方式，已保存的主机信息和评估都会保留。',
    },
  ],
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
      en: 'Open a failure to see its hosts; r tries them again, x leaves them out. Hosts left out are not collected from, but they are still judged: as UNKNOWN.',
      zh: '打开某个失败项可查看其主机；r 重试，x 排除。被排除的主机不再采集，但仍参与评估，结论为“未知”。',
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
      en: 'Every host of the inventory is judged for each target. “Blocks 7, then unblocked 5 of 9” means: the check blocks 7 hosts for this target; once it and those above it for the same target are fixed, 5 of the 9 blocked hosts are no longer blocked.',
      zh: '清单中的每台主机都针对每个目标进行评估。“阻断 7，累计解除阻断 9 台中 5 台”表示：该检查项在此目标下阻断 7 台主机；修复该项及同一目标下它上面的各项后，9 台被阻断主机中有 5 台不再被阻断。',
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

/** The help of a screen, for `?`. */
export function helpScreen(
  topic: HelpTopic,
  { stage, language, command }: { stage: WizardStage | undefined; language: Language; command: string },
): Screen {
  return {
    stage,
    body: helpTexts[topic].flatMap((text) => [inLanguage(text, language), '']),
    rows: [],
    keys: [],
    command,
  }
}
