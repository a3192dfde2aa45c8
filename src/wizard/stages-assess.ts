import { isMigrationError } from '../model/errors.ts'
import { parseSelector } from '../model/selector.ts'
import type { Text } from '../model/text.ts'
import { Waiver } from '../model/waivers.ts'
import type { CommandFor, WizardActions } from './actions.ts'
import { assessScreen } from './screen-assess.ts'
import { findingScreen } from './screen-finding.ts'
import { reportScreen } from './screen-report.ts'
import { askForSnapshot } from './stages-cluster.ts'
import { commandsOf, type StageMove, type WizardState } from './state.ts'
import { createTally, type AssessView, type FindingTotal } from './tally.ts'
import type { Terminal } from './terminal.ts'

/** Judges all hosts and shows what to fix first; findings open, and can be waived. */
export async function stageAssess(
  state: WizardState,
  terminal: Terminal,
  actions: WizardActions,
): Promise<StageMove> {
  if (state.assessed === undefined && state.cluster === undefined) {
    const asked = await askForSnapshot(state, terminal, actions)
    if (asked === 'back') return 'back'
    state.cluster = asked === 'none' ? 'none' : 'seen'
  }
  const view = state.assessed ?? (await assess(state, terminal, actions))
  if (view === undefined) return leaveAssess(state)
  state.assessed = view
  const commandFor = commandsOf(state, actions)
  const choice = await terminal.choose('assess', () => assessScreen(view, terminal.language(), commandFor))
  if (choice.kind === 'back') {
    delete state.assessed
    return leaveAssess(state)
  }
  if (choice.kind === 'key' || choice.id === 'next') return 'next'
  const finding = view.findings.find(({ key }) => key === choice.id)
  if (finding && (await openFinding({ view, finding, commandFor }, terminal, actions))) delete state.assessed
  return 'stay'
}

/** Before the assessment comes the snapshot that it rests on, where there is one. */
function leaveAssess(state: WizardState): StageMove {
  const { cluster } = state
  delete state.cluster
  return cluster === 'seen' ? 'stay' : 'back'
}

/** Writes the reports and says where they are. */
export async function stageReport(
  state: WizardState,
  terminal: Terminal,
  actions: WizardActions,
): Promise<StageMove> {
  const commandFor = commandsOf(state, actions)
  const command = (): string => commandFor({ do: 'report' })
  const title = { en: 'Writing reports', zh: '生成报告' }
  const written = await terminal.work({ stage: 'report', title, command }, ({ signal }) =>
    actions.writeReports({ signal }),
  )
  if (written === undefined) return 'back'
  const files = written.value
  const planning = (): string => commandFor({ do: 'playbooks' })
  const choice = await terminal.choose('report', () =>
    reportScreen(files, terminal.language(), { command: command(), planning: planning() }),
  )
  if (choice.kind === 'back') return 'back'
  if (choice.kind === 'row' && choice.id === 'next') return 'next'
  for (const { path } of files) terminal.print(path)
  return 'finish'
}

async function assess(
  state: WizardState,
  terminal: Terminal,
  actions: WizardActions,
): Promise<AssessView | undefined> {
  const title = { en: 'Judging the hosts', zh: '评估主机' }
  const commandFor = commandsOf(state, actions)
  const command = (): string => commandFor({ do: 'assess' })
  const total = state.fleet?.hosts.length ?? 0
  const done = await terminal.work({ stage: 'assess', title, command }, async ({ onProgress, signal }) => {
    const tally = createTally()
    let complete = 0
    const result = await actions.assess({
      targets: state.targets,
      onHost(host) {
        tally.addHost(host)
        complete += 1
        onProgress({ total: Math.max(total, complete), complete, partial: 0, failed: 0, running: [] })
      },
      signal,
    })
    return tally.finish(result)
  })
  return done?.value
}

/** True when a waiver was added: the assessment is no longer true. */
async function openFinding(
  { view, finding, commandFor }: { view: AssessView; finding: FindingTotal; commandFor: CommandFor },
  terminal: Terminal,
  actions: WizardActions,
): Promise<boolean> {
  for (let example = 0; ;) {
    const choice = await terminal.choose('assess', () =>
      findingScreen(
        { view, finding, example },
        terminal.language(),
        commandFor({ do: 'explain', check: finding.key }),
      ),
    )
    if (choice.kind !== 'key') return false
    if (choice.key === 'e') example += 1
    else if (choice.key === 'w' && (await waive(finding, { terminal, actions, commandFor, example })))
      return true
  }
}

async function waive(
  finding: FindingTotal,
  {
    terminal,
    actions,
    commandFor,
    example,
  }: { terminal: Terminal; actions: WizardActions; commandFor: CommandFor; example: number },
): Promise<boolean> {
  const { say } = terminal
  const host = finding.examples[example % Math.max(1, finding.examples.length)]?.host
  const command = (): string => commandFor({ do: 'assess', waiving: true })
  const ask = (label: Text, initial: string, check: (answer: string) => Text | undefined) =>
    terminal.ask({
      stage: 'assess',
      body: [
        say({
          en: `Waive ${finding.key}: accept this risk until a day.`,
          zh: `豁免 ${finding.key}：在某日之前接受此风险。`,
        }),
        say({
          en: 'A waiver is always reported and never makes a score better.',
          zh: '豁免始终写入报告，且不会提高评分。',
        }),
        say({
          en: 'It is added to the waivers file; the command below judges with that file.',
          zh: '它会写入豁免文件；下面的命令使用该文件进行评估。',
        }),
      ],
      help: waiverHelp.map(say),
      label: say(label),
      initial,
      check,
      command,
    })
  const today = actions.now().slice(0, 10)
  const later = new Date(Date.parse(today) + 90 * 86_400_000).toISOString().slice(0, 10)
  const selector = await ask(
    { en: 'For which hosts', zh: '适用主机' },
    host === undefined ? '*' : `host=${host}`,
    selectorProblem,
  )
  if (selector === undefined) return false
  const reason = await ask({ en: 'Reason', zh: '理由' }, '', required)
  if (reason === undefined) return false
  const owner = await ask({ en: 'Owner', zh: '负责人' }, '', required)
  if (owner === undefined) return false
  const expires = await ask({ en: 'Until (YYYY-MM-DD)', zh: '有效期至（YYYY-MM-DD）' }, later, (answer) =>
    dayProblem(answer, today),
  )
  if (expires === undefined) return false
  const waiver: Waiver = { check: finding.key, selector, reason, owner, expires }
  const title = { en: 'Writing the waiver', zh: '写入豁免' }
  return (
    (await terminal.work({ stage: 'assess', title, command }, () => actions.addWaiver(waiver))) !== undefined
  )
}

const waiverHelp: readonly Text[] = [
  {
    en: 'Hosts are chosen as with -l: host=NAME (with * and ?), group=NAME, a label such as role=worker, several with a comma between, or * for all.',
    zh: '主机的写法与 -l 相同：host=名称（可用 * 和 ?）、group=分组、标签（如 role=worker），用逗号连接多个条件，* 表示全部。',
  },
  {
    en: 'Reason and owner are for whoever reads the report. After the last day the finding counts again.',
    zh: '理由和负责人供报告的读者查看。到期之后，该问题重新计入。',
  },
]

function required(answer: string): Text | undefined {
  return answer === '' ? { en: 'This is needed.', zh: '此项必填。' } : undefined
}

function selectorProblem(answer: string): Text | undefined {
  try {
    parseSelector(answer)
    return undefined
  } catch (error) {
    if (!isMigrationError(error)) throw error
    return { en: error.message, zh: `选择器无效：${error.message}` }
  }
}

function dayProblem(answer: string, today: string): Text | undefined {
  if (!Waiver.shape.expires.safeParse(answer).success)
    return { en: 'Write a day as 2027-01-31.', zh: '请按 2027-01-31 的格式填写日期。' }
  return answer < today ? { en: 'This day is over.', zh: '该日期已过。' } : undefined
}
