import { fixWords } from '../model/fix-words.ts'
import type { FindingStatus } from '../model/assessment.ts'
import type { Domain } from '../model/check.ts'
import type { GapReason } from '../model/facts.ts'
import type { Severity, Verdict } from '../model/target.ts'
import type { Language, Text } from '../model/text.ts'

type Words<Key extends string> = Readonly<Record<Key, Text>>

export const verdictWords: Words<Verdict> = {
  READY: { en: 'Ready', zh: '就绪' },
  READY_WITH_ACTIONS: { en: 'Ready with actions', zh: '处理后就绪' },
  BLOCKED: { en: 'Blocked', zh: '阻断' },
  UNKNOWN: { en: 'Unknown', zh: '未知' },
}

/** One mark a verdict, readable without colour. */
export const verdictIcons: Readonly<Record<Verdict, string>> = {
  READY: '✔',
  READY_WITH_ACTIONS: '▲',
  BLOCKED: '✖',
  UNKNOWN: '?',
}

export const severityWords: Words<Severity> = {
  block: { en: 'Blocks', zh: '阻断' },
  high: { en: 'High', zh: '高' },
  medium: { en: 'Medium', zh: '中' },
  low: { en: 'Low', zh: '低' },
  info: { en: 'Info', zh: '提示' },
}

export const statusWords: Words<FindingStatus> = {
  fail: { en: 'Failed', zh: '未通过' },
  unknown: { en: 'Could not tell', zh: '无法判定' },
  error: { en: 'Check crashed', zh: '检查出错' },
  waived: { en: 'Accepted risk', zh: '已接受风险' },
}

export const domainWords: Words<Domain> = {
  identity: { en: 'Identity and support', zh: '身份与支持' },
  packages: { en: 'Packages', zh: '软件包' },
  kernel: { en: 'Kernel', zh: '内核' },
  hardware: { en: 'Hardware', zh: '硬件' },
  boot: { en: 'Boot', zh: '启动' },
  storage: { en: 'Storage', zh: '存储' },
  network: { en: 'Network', zh: '网络' },
  services: { en: 'Services', zh: '服务' },
  security: { en: 'Security', zh: '安全' },
  runtime: { en: 'Container runtime', zh: '容器运行时' },
  kubernetes: { en: 'Kubernetes', zh: 'Kubernetes' },
}

export const gapWords: Words<GapReason> = {
  'not-collected': { en: 'not collected', zh: '未采集' },
  'permission-denied': { en: 'permission denied', zh: '权限不足' },
  'command-missing': { en: 'command missing', zh: '缺少命令' },
  timeout: { en: 'timed out', zh: '超时' },
  'too-large': { en: 'output too large', zh: '输出过大' },
  failed: { en: 'failed', zh: '失败' },
  unparsable: { en: 'not understood', zh: '无法解析' },
  lost: { en: 'connection lost', zh: '连接中断' },
  degraded: { en: 'not all of it', zh: '不完整' },
}

export const waiverWords: Words<'used' | 'expired' | 'unmatched' | 'unknown-check'> = {
  used: { en: 'used', zh: '已使用' },
  expired: { en: 'expired', zh: '已过期' },
  unmatched: { en: 'matched nothing', zh: '未匹配任何项' },
  'unknown-check': { en: 'names no known check', zh: '检查 ID 不存在' },
}

/** Everything else a report says in its own voice. */
export const words = {
  title: { en: 'CentOS 8 migration assessment', zh: 'CentOS 8 迁移评估报告' },
  made: { en: 'Report', zh: '报告生成' },
  assessed: { en: 'Assessed', zh: '评估时间' },
  tool: { en: 'Tool', zh: '工具' },
  hosts: { en: 'Hosts in scope', zh: '纳入评估的主机' },
  ready: { en: 'Ready now', zh: '现在即可迁移' },
  readyWithActions: { en: 'Ready after actions', zh: '处理后可迁移' },
  blocked: { en: 'Blocked', zh: '被阻断' },
  unknown: { en: 'Could not be judged', zh: '无法判定' },
  numbersNote: { en: 'for the leading target', zh: '按领先目标统计' },
  leading: { en: 'leading', zh: '领先' },
  readySomewhere: { en: 'Ready for at least one target', zh: '至少对一个目标就绪' },
  acceptedRisks: { en: 'Accepted risks', zh: '已接受的风险' },
  matrix: { en: 'Targets compared', zh: '目标对比' },
  target: { en: 'Target', zh: '目标' },
  kernel: { en: 'Kernel', zh: '内核' },
  readyShare: { en: 'Share ready', zh: '就绪率' },
  confidence: { en: 'Confidence', zh: '可信度' },
  decides: { en: 'decides for', zh: '判定主机数' },
  findingCount: { en: 'finding', zh: '项发现' },
  hostCount: { en: 'host', zh: '台主机' },
  checkCount: { en: 'check', zh: '项检查' },
  checksCount: { en: 'checks', zh: '项检查' },
  findingsCount: { en: 'findings', zh: '项发现' },
  hostsCount: { en: 'hosts', zh: '台主机' },
  results: { en: 'Results of all checks (hosts × checks)', zh: '全部检查结果（主机 × 检查）' },
  passedHead: { en: 'Passed', zh: '通过' },
  notApplicableHead: { en: 'Not applicable', zh: '不适用' },
  findings: { en: 'Findings', zh: '发现' },
  blockers: fixWords.title,
  blockersNote: fixWords.note,
  blocks: fixWords.blocks,
  thenUnblocked: fixWords.thenUnblocked,
  step: { en: 'Step', zh: '步骤' },
  fix: { en: 'Fix', zh: '解决' },
  affected: { en: 'Hosts affected', zh: '受影响主机' },
  onlyBlocker: { en: 'Only blocker on', zh: '唯一阻断项的主机' },
  noBlockers: { en: 'Nothing blocks any host on this target.', zh: '该目标下没有主机被阻断。' },
  thenUnknown: { en: 'of which then unknown', zh: '其中届时仍为未知' },
  effort: { en: 'Effort (assumed)', zh: '工作量（假设值）' },
  otherArea: { en: 'Other', zh: '其他' },
  allFindings: { en: 'Findings by area', zh: '按领域汇总的发现' },
  check: { en: 'Check', zh: '检查' },
  severity: { en: 'Severity', zh: '严重程度' },
  status: { en: 'Result', zh: '结果' },
  allTargets: { en: 'All targets', zh: '所有目标' },
  onTargets: { en: 'On targets', zh: '涉及目标' },
  noFindings: { en: 'No check found anything.', zh: '没有任何检查发现问题。' },
  why: { en: 'Why it matters', zh: '影响说明' },
  here: { en: 'On this host', zh: '本机情况' },
  remedy: { en: 'How to fix', zh: '处理方法' },
  evidence: { en: 'Evidence', zh: '证据' },
  evidenceLeftOut: {
    en: 'Evidence was left out of this report to keep it small; the assessment file has it.',
    zh: '为控制报告体积，此处省略证据；评估文件中保留完整证据。',
  },
  sources: { en: 'Sources', zh: '来源' },
  notChecked: { en: 'What was not checked', zh: '未检查的内容' },
  notCheckedNote: {
    en: 'These hosts, facts and checks gave no answer. None of them counts as ready.',
    zh: '以下主机、事实与检查没有得到结果，均不计为就绪。',
  },
  everythingChecked: {
    en: 'Every host answered, every fact was read and every check could tell.',
    zh: '所有主机均已响应，所有事实均已读取，所有检查均得出结论。',
  },
  unreachedHosts: { en: 'Hosts without facts', zh: '没有事实数据的主机' },
  missingFacts: { en: 'Facts that could not be read', zh: '未能读取的事实' },
  unknownChecks: { en: 'Checks that could not tell', zh: '无法判定的检查' },
  crashedChecks: { en: 'Checks that crashed', zh: '运行出错的检查' },
  partialHosts: { en: 'Hosts with some facts missing', zh: '部分事实缺失的主机' },
  fact: { en: 'Fact', zh: '事实' },
  reason: { en: 'Reason', zh: '原因' },
  code: { en: 'Code', zh: '错误码' },
  message: { en: 'Message', zh: '说明' },
  waivers: { en: 'Accepted risks (waivers)', zh: '已接受的风险（豁免）' },
  noWaivers: { en: 'No waivers were given.', zh: '未提供豁免。' },
  selector: { en: 'Applies to', zh: '适用范围' },
  owner: { en: 'Owner', zh: '责任人' },
  expires: { en: 'Expires', zh: '到期日' },
  uses: { en: 'Uses', zh: '使用次数' },
  hostList: { en: 'Hosts', zh: '主机' },
  host: { en: 'Host', zh: '主机' },
  system: { en: 'System', zh: '系统' },
  role: { en: 'Role', zh: '角色' },
  facts: { en: 'Facts', zh: '事实数据' },
  collected: { en: 'Collected', zh: '采集时间' },
  address: { en: 'Address', zh: '地址' },
  groups: { en: 'Groups', zh: '分组' },
  labels: { en: 'Labels', zh: '标签' },
  passed: { en: 'passed', zh: '通过' },
  notApplicable: { en: 'not applicable', zh: '不适用' },
  sheets: { en: 'Host sheets', zh: '主机详情' },
  nothingFound: { en: 'Nothing to do: every check passed.', zh: '无需处理：所有检查均通过。' },
  method: { en: 'Method and limits', zh: '方法与局限' },
  catalogue: { en: 'Catalogue of checks', zh: '检查目录' },
  contents: { en: 'Contents', zh: '目录' },
  alternativeLine: { en: 'other kernel line', zh: '其他内核线' },
  once: { en: 'once', zh: '一次性' },
  perHost: { en: 'a host', zh: '每台' },
  team: { en: 'team check', zh: '团队检查' },
  more: { en: 'more', zh: '更多' },
} as const satisfies Readonly<Record<string, Text>>

export type Word = keyof typeof words

/** Looks up the report's own words in one language. */
export function wordsIn(language: Language): (word: Word) => string {
  return (word) => say(words[word], language)
}

/** One language of a text. */
export function say(text: Text, language: Language): string {
  return language === 'zh-CN' ? text.zh : text.en
}
