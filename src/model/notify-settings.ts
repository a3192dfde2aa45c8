import { z } from 'zod'
import { SecretRef } from './inventory.ts'
import { plainHttpUrl } from './plain-url.ts'

/** Events of a run that may be told to a webhook. */
export const notifiedEvents = [
  'run-started',
  'run-resumed',
  'run-paused',
  'run-aborting',
  'run-ended',
  'wave-started',
  'wave-done',
  'node-started',
  'point-of-no-return',
  'node-returning',
  'node-rolling-back',
  'node-ended',
] as const
export type NotifiedEvent = (typeof notifiedEvents)[number]

/** One webhook in osferry.yaml. */
export const WebhookSettings = z.strictObject({
  name: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9 ._-]{0,62}$/, 'expected letters, digits, blanks and . _ -'),
  /** The address, or where it is when it is a secret itself. */
  url: z.union([plainHttpUrl, SecretRef], 'expected https://HOST[:PORT][/PATH], or env:, file:, exec:'),
  /** Default: run started, paused and ended, node ended, point of no return. */
  events: z.array(z.enum(notifiedEvents)).min(1).optional(),
  /** Where the key is with which messages are signed (HMAC-SHA256). */
  secret: SecretRef.optional(),
  /** Certificates (PEM) that are trusted beside those that Node.js brings. */
  caFile: z.string().min(1).max(4096).optional(),
})
export type WebhookSettings = z.infer<typeof WebhookSettings>

/** `notify` of osferry.yaml: who is told what happens in a run. */
export const Notify = z
  .array(WebhookSettings)
  .max(20)
  .superRefine((hooks, context) => {
    for (const [index, { name }] of hooks.entries())
      if (hooks.findIndex((other) => other.name === name) < index)
        context.addIssue({ code: 'custom', path: [index, 'name'], message: 'another webhook has this name' })
  })
