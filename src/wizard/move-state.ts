import { PlanOptions } from '../model/plan-options.ts'
import { fitOptions } from './plan-settings.ts'
import type {
  EndedRun,
  HostGroup,
  MoveBasis,
  MovingPlaybook,
  PlanDraft,
  PlanWish,
  SavedPlan,
} from './move.ts'

/** What has been decided about the move so far. */
export interface MoveState {
  basis?: MoveBasis
  /** Paths of playbooks of the team, in the order in which they were named. */
  own: string[]
  /** The playbook of each group by its id; null = not now. A group that is not in it was not looked at. */
  choices: Map<string, string | null>
  /** Answers of each plan, by its playbook. */
  answers: Map<string, PlanOptions>
  /** The plan under way, by its playbook. */
  at?: string
  /** The reader has seen the questions about the plan, and wants to see its waves. */
  isSettled?: boolean
  draft?: PlanDraft
  saved?: SavedPlan
  /** The digits of its digest that were typed to start it. */
  typed?: string
  /** How its run has ended. */
  ended?: EndedRun
  /** How the runs of this session have ended, by their ids: one that was gone on with as it did last. */
  runs: Map<string, EndedRun>
}

/** Nothing is decided. */
export function newMove(): MoveState {
  return { own: [], choices: new Map(), answers: new Map(), runs: new Map() }
}

/** Playbooks that are chosen for a group at least, in the order of the basis. */
export function chosenPlaybooks({ basis, choices }: MoveState): MovingPlaybook[] {
  const chosen = new Set(choices.values())
  return (basis?.playbooks ?? []).filter(({ id }) => chosen.has(id))
}

/** The plan under way as it is wished; undefined when no group goes with it. */
export function wishOf(move: MoveState): PlanWish | undefined {
  const playbook = chosenPlaybooks(move).find(({ id }) => id === move.at)
  if (playbook === undefined) return undefined
  const groups = (move.basis?.groups ?? [])
    .map(({ id }) => id)
    .filter((id) => move.choices.get(id) === playbook.id)
  if (groups.length === 0) return undefined
  const name = fileName(playbook, chosenPlaybooks(move))
  return { name, playbook: playbook.id, groups, options: optionsOf(move, playbook.id) }
}

/** Of the files of a plan beside those of others: `plan-containeros`, and with several of one target `plan-containeros-2`. */
function fileName({ id, target }: MovingPlaybook, chosen: readonly MovingPlaybook[]): string {
  if (chosen.length === 1) return 'plan'
  const alike = chosen.filter((other) => other.target === target)
  const number = alike.findIndex((other) => other.id === id) + 1
  return alike.length === 1 ? `plan-${target}` : `plan-${target}-${number}`
}

/** The playbook of the plan under way. */
export function playbookOf({ basis, at }: MoveState): MovingPlaybook | undefined {
  return basis?.playbooks.find(({ id }) => id === at)
}

/** Answers so far; what nobody has answered is as `osferry plan create` has it. */
export function optionsOf(move: MoveState, playbook: string): PlanOptions {
  return move.answers.get(playbook) ?? PlanOptions.parse({ schema: 'plan-options/v1', playbook })
}

/** Takes answers; what was made of others is no longer true. */
export function answer(move: MoveState, options: PlanOptions): void {
  if (move.at === undefined) return
  move.answers.set(move.at, options)
  forgetPlan(move)
}

/** Another plan is under way from here. */
export function workOn(move: MoveState, playbook: string): void {
  if (move.at !== playbook) forgetPlan(move)
  move.at = playbook
}

/** What was planned is made again. */
export function forgetPlan(move: MoveState): void {
  delete move.draft
  delete move.saved
  delete move.isSettled
}

/** For whose target most hosts of a group are ready, of equals the first; undefined when there is none. */
export function proposedPlaybook(
  { byTarget }: HostGroup,
  playbooks: readonly MovingPlaybook[],
): MovingPlaybook | undefined {
  const judged = new Map(byTarget.map(({ target, verdicts }) => [target, verdicts]))
  const ranked = playbooks
    .map((playbook) => {
      const { READY: ready = 0, READY_WITH_ACTIONS: actions = 0 } = judged.get(playbook.target) ?? {}
      return { playbook, ready, able: ready + actions }
    })
    .filter(({ able }) => able > 0)
    .sort((a, b) => b.able - a.able || b.ready - a.ready)
  return ranked[0]?.playbook
}

/** A playbook of the team can be chosen from here on. */
export function addPlaybook(move: MoveState, playbook: MovingPlaybook): void {
  if (move.basis === undefined) return
  const others = move.basis.playbooks.filter(({ id }) => id !== playbook.id)
  const isKnown = others.length < move.basis.playbooks.length
  const playbooks = move.basis.playbooks.map((known) => (known.id === playbook.id ? playbook : known))
  move.basis = { ...move.basis, playbooks: isKnown ? playbooks : [...others, playbook] }
  if (isOwn(playbook) && !move.own.includes(playbook.id)) move.own.push(playbook.id)
  fitAnswers(move, playbook)
}

function fitAnswers({ answers }: MoveState, playbook: MovingPlaybook): void {
  const known = answers.get(playbook.id)
  if (known !== undefined) answers.set(playbook.id, fitOptions(playbook, known))
}

/** One of the team, not built in: built-in ones are called by their names. */
export function isOwn({ id, name }: MovingPlaybook): boolean {
  return id !== name
}

/**
 * Drops what the basis does not have, and proposes a playbook for groups that nobody has looked at. Groups whose playbook was lost
 * stay as they are: nobody has chosen another one.
 */
export function fitChoices(move: MoveState, basis: MoveBasis): void {
  move.basis = basis
  const groups = new Set(basis.groups.map(({ id }) => id))
  const playbooks = new Set(basis.playbooks.map(({ id }) => id))
  const lost = new Set(basis.lost.map(({ id }) => id))
  for (const playbook of basis.playbooks) fitAnswers(move, playbook)
  move.own = move.own.filter((id) => !lost.has(id))
  for (const [group, playbook] of move.choices)
    if (playbook !== null && lost.has(playbook)) move.choices.set(group, null)
  for (const [group, playbook] of move.choices)
    if (!groups.has(group) || (playbook !== null && !playbooks.has(playbook))) move.choices.delete(group)
  for (const group of basis.groups) {
    if (move.choices.has(group.id)) continue
    const playbook = proposedPlaybook(group, basis.playbooks)
    if (playbook !== undefined) move.choices.set(group.id, playbook.id)
  }
}
