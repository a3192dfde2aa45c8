import { z } from 'zod'
import { DurationText, phases, Playbook, type Phase } from './playbook.ts'
import { stepNames } from './step-names.ts'
import { stepRow } from './step-parameters.ts'

function stepsOf(phase: Phase): z.ZodType {
  const shapes = stepNames
    .filter((name) => stepRow(name).phase === phase)
    .map((name) => {
      const { with: parameters, pointOfNoReturn, title } = stepRow(name)
      const shape = { uses: z.literal(name), with: parameters.optional(), timeout: DurationText.optional() }
      const whole = pointOfNoReturn ? { ...shape, pointOfNoReturn: z.literal(true).optional() } : shape
      return z.strictObject(whole).describe(title.en)
    })
  return z.array(z.union(shapes)).max(50)
}

/** playbook/v1 with the parameters of every step spelled out: what the published schema is made from, for editors. */
export const PlaybookDocument: z.ZodType = Playbook.extend({
  phases: z.strictObject(Object.fromEntries(phases.map((phase) => [phase, stepsOf(phase)]))),
})
