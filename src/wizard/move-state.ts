import { PlanOptions } from '../model/plan-options.ts'
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
  return { choices: new Map(), answers: new Map(), runs: new Map() }
}

/** Playbooks that are chosen for a group at least, in the order of the basis. */
export function chosenPlaybooks({ basis, choices }: MoveState): MovingPlaybook[] {
  const chosen = new Set(choices.values())
  return (basis?.playbooks ?? []).filter(({ name }) => chosen.has(name))
}

/** The plan under way as it is wished; undefined when no group goes with it. */
export function wishOf(move: MoveState): PlanWish | undefined {
  const playbook = chosenPlaybooks(move).find(({ name }) => name === move.at)
  if (playbook === undefined) return undefined
  const groups = (move.basis?.groups ?? [])
    .map(({ id }) => id)
    .filter((id) => move.choices.get(id) === playbook.name)
  if (groups.length === 0) return undefined
  const isOnly = chosenPlaybooks(move).length === 1
  const name = isOnly ? 'plan' : `plan-${playbook.target}`
  return { name, playbook: playbook.name, groups, options: optionsOf(move, playbook.name) }
}

/** The playbook of the plan under way. */
export function playbookOf({ basis, at }: MoveState): MovingPlaybook | undefined {
  return basis?.playbooks.find(({ name }) => name === at)
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

/** Drops what the basis does not have, and proposes a playbook for groups that nobody has looked at. */
export function fitChoices(move: MoveState, basis: MoveBasis): void {
  move.basis = basis
  const groups = new Set(basis.groups.map(({ id }) => id))
  const playbooks = new Set(basis.playbooks.map(({ name }) => name))
  for (const [group, playbook] of move.choices)
    if (!groups.has(group) || (playbook !== null && !playbooks.has(playbook))) move.choices.delete(group)
  for (const group of basis.groups) {
    if (move.choices.has(group.id)) continue
    const playbook = proposedPlaybook(group, basis.playbooks)
    if (playbook !== undefined) move.choices.set(group.id, playbook.name)
  }
}
