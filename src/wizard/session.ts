import { z } from 'zod'
import { PlanOptions } from '../model/plan-options.ts'
import { targets } from '../model/target.ts'
import { languages } from '../model/text.ts'
import { wizardStages } from './actions.ts'
import type { MoveState } from './move-state.ts'

const filePath = z.string().min(1).max(4096)
const playbook = z.string().min(1).max(4096)

/** What was decided about the move: a playbook of each group (null = not now), and the answers of each plan. */
const SessionMove = z.strictObject({
  choices: z.array(z.strictObject({ group: z.string().max(500), playbook: playbook.nullable() })).max(10_000),
  /** Paths of playbooks of the team. */
  own: z.array(playbook).max(100).optional(),
  answers: z.array(PlanOptions.required({ playbook: true })).max(100),
  at: playbook.optional(),
})
type SessionMove = z.infer<typeof SessionMove>

/** wizard-session/v1: what `s` saves in `.osferry/wizard.yaml` and the next start offers to resume. No secrets. */
export const WizardSession = z.strictObject({
  schema: z.literal('wizard-session/v1'),
  savedAt: z.iso.datetime(),
  language: z.enum(languages),
  /** A run is gone on with by its plan: see the journal. */
  stage: z.enum(wizardStages).exclude(['run', 'end']),
  source: z
    .strictObject({ kind: z.enum(['inventory', 'ansible', 'ssh-config', 'csv']), path: filePath })
    .optional(),
  inventoryPath: filePath.optional(),
  targets: z.array(z.enum(targets)).min(1).max(targets.length),
  skipped: z.array(z.string().min(1).max(253)).max(100_000),
  move: SessionMove.optional(),
})
export type WizardSession = z.infer<typeof WizardSession>

/** The part of a session that is about the move. */
export function sessionMove({ own, choices, answers, at }: MoveState): SessionMove {
  return {
    ...(own.length === 0 ? {} : { own: [...own] }),
    choices: [...choices].map(([group, playbook]) => ({ group, playbook })),
    answers: [...answers].map(([playbook, options]) => ({ ...options, playbook })),
    ...(at === undefined ? {} : { at }),
  }
}

/** Takes up what a session had decided; what the assessment no longer has is dropped when it is read. */
export function resumeMove(move: MoveState, session: SessionMove | undefined): void {
  move.own.push(...(session?.own ?? []))
  for (const { group, playbook } of session?.choices ?? []) move.choices.set(group, playbook)
  for (const options of session?.answers ?? []) move.answers.set(options.playbook, options)
  if (session?.at !== undefined) move.at = session.at
}
