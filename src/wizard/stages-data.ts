import type { DataAction } from '../model/data-decision.ts'
import type { WizardActions } from './actions.ts'
import { actionsOf, dataGroups, decide, type DataGroup } from './data-groups.ts'
import { answer, optionsOf, wishOf } from './move-state.ts'
import type { PlanWish } from './move.ts'
import { dataChoiceScreen, dataScreen } from './screen-data.ts'
import { loadBasis } from './stages-targets.ts'
import { commandsOf, type StageMove, type WizardState } from './state.ts'
import type { Terminal } from './terminal.ts'

/** What becomes of data that live on the hosts only; each answer is a rule of the plan's options. */
export async function stageData(
  state: WizardState,
  terminal: Terminal,
  actions: WizardActions,
): Promise<StageMove> {
  if (!(await loadBasis(state, terminal, actions))) return 'back'
  const wish = wishOf(state.move)
  if (wish === undefined) return 'back'
  const command = (): string => commandsOf(state, actions)({ do: 'plan' })
  const title = { en: 'Looking for local data', zh: '查找本地数据' }
  const looked = await terminal.work({ stage: 'data', title, command }, ({ signal }) =>
    actions.localData(wish, { signal }),
  )
  if (looked === undefined) return 'back'
  const groups = dataGroups(looked.value)
  const choice = await terminal.choose('data', () => dataScreen(groups, terminal.language(), command()))
  if (choice.kind !== 'row') return 'back'
  if (choice.id === 'next') return 'next'
  const group = groups[Number(choice.id)]
  if (group !== undefined) await choose(group, { state, terminal, wish, command })
  return 'stay'
}

interface Choosing {
  state: WizardState
  terminal: Terminal
  wish: PlanWish
  command: () => string
}

async function choose(group: DataGroup, choosing: Choosing): Promise<void> {
  const { state, terminal, wish, command } = choosing
  const possible = actionsOf(group)
  const choice = await terminal.choose('data', () =>
    dataChoiceScreen(group, { actions: possible, language: terminal.language(), command: command() }),
  )
  if (choice.kind !== 'row') return
  const action = possible.find((one) => one === choice.id)
  if (action === undefined) return
  const reason = await reasonOf(action, group, choosing)
  if (reason === undefined) return
  answer(state.move, decide(optionsOf(state.move, wish.playbook), group, { action, reason }))
}

/** Who says that something may be lost says so with a reason; it stands in the plan. */
async function reasonOf(
  action: DataAction,
  group: DataGroup,
  { terminal, command }: Choosing,
): Promise<string | undefined> {
  if (action !== 'discard') return 'chosen in the wizard'
  const { say } = terminal
  const where = group.path ?? group.kind
  return await terminal.ask({
    stage: 'data',
    body: [
      say({
        en: `Discard ${where} on ${group.hosts.length} of these hosts: why, and who says so?`,
        zh: `在 ${group.hosts.length} 台主机上丢弃 ${where}：原因及决定人？`,
      }),
      say({ en: 'It stands in the plan and is approved with it.', zh: '该内容写入计划，并随计划一同批准。' }),
    ],
    help: [
      say({
        en: 'For example: a cache, made again by its pod (li.wei). At most 200 characters.',
        zh: '例如：缓存，Pod 会自动重建（李伟）。最多 200 个字符。',
      }),
    ],
    label: say({ en: 'Reason', zh: '理由' }),
    initial: '',
    check: (given) =>
      given === ''
        ? { en: 'This is needed.', zh: '此项必填。' }
        : given.length > 200
          ? { en: 'At most 200 characters.', zh: '最多 200 个字符。' }
          : undefined,
    command,
  })
}
