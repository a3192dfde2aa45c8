import type { WizardActions } from './actions.ts'
import { askPlaybook } from './ask-playbook.ts'
import { addPlaybook, chosenPlaybooks, fitChoices, forgetPlan, workOn, type MoveState } from './move-state.ts'
import type { HostGroup } from './move.ts'
import { groupScreen, ownPlaybookId, targetsScreen } from './screen-targets.ts'
import { commandsOf, type StageMove, type WizardState } from './state.ts'
import type { Terminal } from './terminal.ts'

/** What each group becomes; groups with one target are one plan. */
export async function stageTargets(
  state: WizardState,
  terminal: Terminal,
  actions: WizardActions,
): Promise<StageMove> {
  const { move } = state
  if (!(await loadBasis(state, terminal, actions))) return 'back'
  const command = (file?: string): string =>
    commandsOf(state, actions)({ do: 'playbooks', ...(file === undefined ? {} : { file }) })
  const choice = await terminal.choose('targets', () => targetsScreen(move, terminal.language(), command()))
  if (choice.kind !== 'row') {
    // What the hosts were judged is looked at anew when the reader comes again.
    delete move.basis
    return 'back'
  }
  if (choice.id.startsWith('plan ')) {
    workOn(move, choice.id.slice('plan '.length))
    return 'next'
  }
  const group = move.basis?.groups[Number(choice.id)]
  if (group !== undefined) await chooseTarget(group, { move, terminal, actions, command })
  return 'stay'
}

/** Reads what the move is chosen from, unless it is there; false = it could not be read. */
export async function loadBasis(
  { move }: Pick<WizardState, 'move'>,
  terminal: Terminal,
  actions: WizardActions,
): Promise<boolean> {
  if (move.basis !== undefined) return true
  const title = { en: 'Reading the assessment', zh: '读取评估' }
  const command = (): string => 'osferry playbooks list'
  const read = await terminal.work({ stage: 'targets', title, command }, ({ signal }) =>
    actions.basis(move.own, { signal }),
  )
  if (read === undefined) return false
  fitChoices(move, read.value)
  return true
}

interface Choosing {
  move: MoveState
  terminal: Terminal
  actions: WizardActions
  /** `file` = of the playbook that is looked at. */
  command: (file?: string) => string
}

async function chooseTarget(group: HostGroup, { move, terminal, actions, command }: Choosing): Promise<void> {
  const playbooks = move.basis?.playbooks ?? []
  const choice = await terminal.choose('targets', () =>
    groupScreen(group, playbooks, { language: terminal.language(), command: command() }),
  )
  if (choice.kind !== 'row') return
  const own = choice.id === ownPlaybookId ? await askPlaybook(terminal, actions, command) : undefined
  if (choice.id === ownPlaybookId && own === undefined) return
  if (own !== undefined) addPlaybook(move, own)
  const playbook = own?.id ?? (choice.id === '' ? null : choice.id)
  if (move.choices.get(group.id) === playbook) return
  move.choices.set(group.id, playbook)
  forgetPlan(move)
  if (!chosenPlaybooks(move).some(({ id }) => id === move.at)) delete move.at
}
