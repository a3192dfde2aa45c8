import { inLanguage, type Language, type Text } from '../model/text.ts'
import type { WizardStage } from './actions.ts'
import type { Screen } from './screen.ts'

/** What can be explained: the stages, and the questions between them. */
export type HelpTopic = WizardStage | 'start' | 'cluster'

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
  cluster: [
    {
      en: 'The API server is asked by kubeconfig, as kubectl does; --kubeconfig and --context choose another one. What could not be read is listed, and never taken for empty.',
      zh: '按 kubeconfig 访问 API server，方式与 kubectl 相同；--kubeconfig 和 --context 可另行指定。无法读取的内容会逐项列出，绝不当作不存在。',
    },
    {
      en: 'Without a snapshot hosts are judged without their nodes; one of more than a day ago is too old to rest on. Facts are collected first: they say which host is which node.',
      zh: '没有快照时，评估不考虑节点；超过一天的快照不能作为依据。应先采集主机信息，才能得知主机与节点的对应关系。',
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
  targets: [
    {
      en: 'One plan has one playbook, and so one target. Groups with the same target are one plan; others become plans of their own, with files of their own, one after the other.',
      zh: '一个计划只有一个剧本，因而只有一个目标。目标相同的分组合为一个计划；其余分组各自成为独立的计划，有各自的文件，依次进行。',
    },
    {
      en: 'Counts are verdicts of the last assessment. BLOCKED and UNKNOWN hosts can be chosen: the plan leaves them out and says why.',
      zh: '数字为最近一次评估的结论。阻断和未知的主机也可以选择：计划会将其排除并说明原因。',
    },
    {
      en: 'A playbook of your own is chosen in a group, by its file; it is read as by osferry plan create --playbook FILE.',
      zh: '打开分组可按文件选择自备剧本，其读取方式与 osferry plan create --playbook 文件 相同。',
    },
  ],
  data: [
    {
      en: 'What is at / below a path is decided together; a deeper path that is decided on its own comes first. Nothing decided = the host is not planned.',
      zh: '某路径及其下的内容一并决定；单独决定的更深路径优先。未决定的主机不纳入计划。',
    },
    {
      en: 'A discard counts for the hosts on the screen only. What could not be looked at is no part of this list: such hosts are left out, and the waves say why.',
      zh: '丢弃只对屏幕上所列主机有效。无法查看的内容不在此列：相关主机不会纳入计划，波次屏幕会说明原因。',
    },
  ],
  waves: [
    {
      en: 'P50: half of such runs take no longer; P90: nine of ten. The lower bound is what no order of events can beat. “Assumed” times come from our own table, “measured” ones from runs of this project.',
      zh: 'P50：半数运行不超过该时间；P90：十次中九次不超过。下限是任何顺序都无法突破的时间。“假定”来自内置数据，“实测”来自本项目的运行。',
    },
    {
      en: 'Windows and freezes hold back the start of a node only; one that has started finishes.',
      zh: '时间窗和冻结期只限制节点的开始；已开始的节点会完成。',
    },
  ],
  review: [
    {
      en: 'Nothing was changed on any host so far. The plan is what runs, as it is approved: whatever changes in it, or in what it rests on, makes another digest.',
      zh: '至此未更改任何主机。运行的就是所批准的计划：计划或其依据有任何变化，摘要都会不同。',
    },
    {
      en: 'osferry plan approve signs it, osferry plan verify counts approvals, osferry plan validate says whether it still fits. Where it is set who may approve, it starts when enough have.',
      zh: 'osferry plan approve 签署批准，osferry plan verify 核验批准数，osferry plan validate 检查计划是否仍与现状相符。设置了批准人时，批准足够后才能开始。',
    },
  ],
  run: [
    {
      en: 'Every step is on disk in the journal before it is begun: a run that was stopped or killed is gone on with.',
      zh: '每个步骤在开始之前都已写入日志：停止或被终止的运行可以继续。',
    },
  ],
  end: [
    {
      en: 'Exit codes: 0 done, 6 stopped and resumable, 7 a node failed past its point of no return or could not be given back, 8 a node was given back as found. The journal keeps every record: osferry runs show.',
      zh: '退出码：0 完成；6 已停止可继续；7 有节点在不可回退点之后失败或未能恢复原状；8 有节点已恢复原状。日志保存每条记录：osferry runs show。',
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
