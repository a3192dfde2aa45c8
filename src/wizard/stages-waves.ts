import type { WizardActions } from './actions.ts'
import { askSetting } from './ask-setting.ts'
import { answer, optionsOf, playbookOf, wishOf } from './move-state.ts'
import { planSettings } from './plan-settings.ts'
import { settingsScreen } from './screen-settings.ts'
import { leftOutScreen, waveScreen, wavesScreen } from './screen-waves.ts'
import { loadBasis } from './stages-targets.ts'
import { commandsOf, type StageMove, type WizardState } from './state.ts'
import type { Terminal } from './terminal.ts'

/** How the move goes, and the waves that come of it. */
export async function stageWaves(
  state: WizardState,
  terminal: Terminal,
  actions: WizardActions,
): Promise<StageMove> {
  if (!(await loadBasis(state, terminal, actions))) return 'back'
  const { move } = state
  const wish = wishOf(move)
  const playbook = playbookOf(move)
  if (wish === undefined || playbook === undefined) return 'back'
  if (move.draft === undefined) {
    const isWhole = planSettings(playbook, wish.options).every(({ value }) => value !== undefined)
    if (!isWhole || move.isSettled !== true) {
      const answered = await askSettings(state, terminal, actions)
      if (answered === 'back') return 'back'
      if (answered === 'stay') return 'stay'
      move.isSettled = true
    }
    const title = { en: 'Planning', zh: '制定计划' }
    const command = (): string => commandsOf(state, actions)({ do: 'plan' })
    const made = await terminal.work({ stage: 'waves', title, command }, ({ signal }) =>
      actions.draft(wish, { signal }),
    )
    if (made === undefined) {
      delete move.isSettled
      return 'stay'
    }
    move.draft = made.value
  }
  return await showWaves(state, terminal, actions)
}

async function showWaves(state: WizardState, terminal: Terminal, actions: WizardActions): Promise<StageMove> {
  const { move } = state
  const { draft } = move
  if (draft === undefined) return 'stay'
  const command = (): string => commandsOf(state, actions)({ do: 'plan' })
  const choice = await terminal.choose('waves', () => wavesScreen(draft, terminal.language(), command()))
  if (choice.kind === 'key' || (choice.kind === 'row' && choice.id === 'next')) return 'next'
  if (choice.kind === 'back' || choice.id === 'settings') {
    delete move.draft
    delete move.isSettled
    return 'stay'
  }
  const { plan } = draft
  if (choice.id === 'left-out')
    await terminal.choose('waves', () => leftOutScreen(plan, terminal.language(), command()))
  const wave = plan.waves.find(({ index }) => `wave ${index}` === choice.id)
  if (wave !== undefined) await terminal.choose('waves', () => waveScreen(wave, draft, terminal.language()))
  return 'stay'
}

/** Shows every question until the reader wants to see the waves. */
async function askSettings(
  state: WizardState,
  terminal: Terminal,
  actions: WizardActions,
): Promise<'next' | 'back' | 'stay'> {
  const { move } = state
  const playbook = playbookOf(move)
  if (playbook === undefined) return 'back'
  const command = (): string => commandsOf(state, actions)({ do: 'plan' })
  const settings = planSettings(playbook, optionsOf(move, playbook.id))
  const choice = await terminal.choose('waves', () =>
    settingsScreen(settings, terminal.language(), command()),
  )
  if (choice.kind !== 'row') return 'back'
  if (choice.id === 'next') return 'next'
  const setting = settings.find(({ id }) => id === choice.id)
  if (setting === undefined) return 'stay'
  const stores = move.basis?.stores ?? []
  const options = optionsOf(move, playbook.id)
  const asked = await askSetting(setting, { options, stores, terminal, command })
  if (asked !== undefined) answer(move, asked)
  return 'stay'
}
