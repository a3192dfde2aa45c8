import type { WizardActions } from './actions.ts'
import { chosenPlaybooks, wishOf, workOn } from './move-state.ts'
import { finalScreen, lostScreen, reviewScreen, type ReviewView } from './screen-review.ts'
import { loadBasis } from './stages-targets.ts'
import { commandsOf, type StageMove, type WizardState } from './state.ts'
import type { Terminal } from './terminal.ts'

/** Writes the plan and its answers, and shows what is agreed to. */
export async function stageReview(
  state: WizardState,
  terminal: Terminal,
  actions: WizardActions,
): Promise<StageMove> {
  if (!(await loadBasis(state, terminal, actions))) return 'back'
  const { move } = state
  const wish = wishOf(move)
  if (wish === undefined) return 'back'
  const commandFor = commandsOf(state, actions)
  const command = (): string => commandFor({ do: 'plan' })
  if (move.saved === undefined) {
    const title = { en: 'Writing the plan', zh: '写入计划' }
    const written = await terminal.work({ stage: 'review', title, command }, ({ signal }) =>
      actions.save(wish, { signal }),
    )
    if (written === undefined) return 'back'
    move.saved = written.value
  }
  const { saved } = move
  const shown = move.draft?.digest
  const view: ReviewView = {
    saved,
    hasChanged: shown !== undefined && shown !== saved.digest,
    canStart: false,
    others: chosenPlaybooks(move).filter(({ name }) => name !== move.at),
  }
  const choice = await terminal.choose('review', () => reviewScreen(view, terminal.language(), command()))
  if (choice.kind !== 'row') {
    // Whoever goes back sees the waves of what was written.
    move.draft = saved
    delete move.saved
    return 'back'
  }
  const { plan } = saved
  if (choice.id === 'final')
    await terminal.choose('review', () => finalScreen(plan, terminal.language(), command()))
  if (choice.id === 'lost')
    await terminal.choose('review', () => lostScreen(plan, terminal.language(), command()))
  if (choice.id.startsWith('plan ')) {
    workOn(move, choice.id.slice('plan '.length))
    return { to: 'data' }
  }
  if (choice.id !== 'later') return 'stay'
  terminal.print(saved.path)
  terminal.print(saved.optionsPath)
  terminal.print(command())
  return 'finish'
}
