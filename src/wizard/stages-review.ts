import type { WizardActions } from './actions.ts'
import { chosenPlaybooks, wishOf, workOn } from './move-state.ts'
import { finalScreen, lostScreen, reviewScreen, type ReviewView } from './screen-review.ts'
import { loadBasis } from './stages-targets.ts'
import { commandsOf, type StageMove, type WizardState } from './state.ts'
import type { SavedPlan } from './move.ts'
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
    canStart: saved.plan.nodes.length > 0,
    others: chosenPlaybooks(move).filter(({ id }) => id !== move.at),
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
  if (choice.id === 'start') {
    const typed = await askDigest(saved, terminal, (digest) => commandFor({ do: 'apply', digest }))
    if (typed === undefined) return 'stay'
    move.typed = typed
    return 'next'
  }
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

const digestDigits = 12

/** The digest is typed, so that nobody starts a plan by a key too many. */
async function askDigest(
  { digest, path }: SavedPlan,
  terminal: Terminal,
  command: (digest: string) => string,
): Promise<string | undefined> {
  const { say } = terminal
  const first = digest.slice(0, digestDigits)
  return await terminal.ask({
    stage: 'review',
    body: [
      say({
        en: `From here on hosts are changed. To start ${path}, type the first ${digestDigits} digits of its digest:`,
        zh: `从此处开始将更改主机。要开始执行 ${path}，请输入其摘要的前 ${digestDigits} 位：`,
      }),
      `sha256 ${first} ${digest.slice(digestDigits)}`,
    ],
    help: [
      say({
        en: 'The digest stands for everything in the plan. What has to be approved by others, is looked at next; Esc goes back, and nothing was changed.',
        zh: '摘要代表计划的全部内容。接下来会检查所需的批准；按 Esc 返回，未做任何更改。',
      }),
    ],
    label: say({ en: 'Digest', zh: '摘要' }),
    initial: '',
    check: (typed) => {
      const hex = typed.toLowerCase()
      if (hex.length >= digestDigits && digest.startsWith(hex)) return undefined
      return { en: 'This is not the digest of the plan.', zh: '与计划的摘要不符。' }
    },
    command: () => command(first),
  })
}
