import { z } from 'zod'
import { SecretRef } from './inventory.ts'
import { plainHttpUrl } from './plain-url.ts'

const name = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9 ._-]{0,62}$/, 'expected letters, digits, blanks and . _ -')
const timeoutSeconds = z.int().min(1).max(600).optional()
const word = z
  .string()
  .min(1)
  .max(4096)
  .regex(/^[^\0]*$/, 'a word of a command cannot hold NUL')

/** A question to a server that speaks the HTTP API of Prometheus. */
const PromqlGate = z.strictObject({
  type: z.literal('promql'),
  name,
  /** In front of /api/v1/query: `https://prometheus.example.com`, `https://mimir.example.com/prometheus`. */
  url: plainHttpUrl,
  query: z.string().min(1).max(10_000),
  /** What every value of the answer must be for the gate to be open. */
  threshold: z.strictObject({
    is: z.enum(['below', 'at-most', 'at-least', 'above']),
    value: z.number(),
  }),
  /** What an answer without values means; left out = nobody knows. */
  empty: z.enum(['open', 'closed']).optional(),
  /** Where the bearer token is. */
  token: SecretRef.optional(),
  /** Certificates (PEM) that are trusted beside those that Node.js brings. */
  caFile: z.string().min(1).max(4096).optional(),
  timeoutSeconds,
})
export type PromqlGateSettings = z.infer<typeof PromqlGate>

/** The team's own program: exit status 0 = open, 1 = closed, everything else = nobody knows. */
const CommandGate = z.strictObject({
  type: z.literal('command'),
  name,
  /** Program and arguments; no shell reads them. */
  argv: z.array(word).min(1).max(200),
  /** Names of variables that it gets besides PATH. */
  environment: z
    .array(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,127}$/, 'a variable is named by A-Z, a-z, 0-9 and _'))
    .max(100)
    .optional(),
  timeoutSeconds,
})
export type CommandGateSettings = z.infer<typeof CommandGate>

/** One gate in osferry.yaml. */
export const GateSettings = z.discriminatedUnion('type', [PromqlGate, CommandGate])
export type GateSettings = z.infer<typeof GateSettings>

/** `gates` of osferry.yaml: what must be so before a node starts. */
export const Gates = z
  .array(GateSettings)
  .max(50)
  .superRefine((gates, context) => {
    for (const [index, { name }] of gates.entries()) {
      const isTaken = name === 'workloads' || gates.findIndex((other) => other.name === name) < index
      if (isTaken)
        context.addIssue({ code: 'custom', path: [index, 'name'], message: 'another gate has this name' })
    }
  })
