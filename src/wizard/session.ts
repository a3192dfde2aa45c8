import { z } from 'zod'
import { targets } from '../model/target.ts'
import { languages } from '../model/text.ts'

/** wizard-session/v1: what `s` saves in `.osferry/wizard.yaml` and the next start offers to resume. No secrets. */
export const WizardSession = z.strictObject({
  schema: z.literal('wizard-session/v1'),
  savedAt: z.iso.datetime(),
  language: z.enum(languages),
  stage: z.enum(['sources', 'access', 'collect', 'assess', 'report']),
  source: z
    .strictObject({ kind: z.enum(['inventory', 'ansible', 'ssh-config', 'csv']), path: z.string().min(1) })
    .optional(),
  inventoryPath: z.string().min(1).optional(),
  targets: z.array(z.enum(targets)).min(1),
  skipped: z.array(z.string()),
})
export type WizardSession = z.infer<typeof WizardSession>
