import { z } from 'zod'

const names = z.array(z.string().min(1).max(253)).min(1).max(1000)

/** One rule of how pods are taken off a node; the first that matches a pod counts. */
export const DrainRule = z.strictObject({
  name: z.string().min(1).max(100),
  /** All parts that are given must match; `*` stands for any letters. */
  match: z
    .strictObject({
      namespaces: names.optional(),
      pods: names.optional(),
      labels: z.record(z.string().min(1), z.string()).optional(),
    })
    .refine(
      (match) => Object.keys(match).length > 0,
      'a rule must say which pods: namespaces, pods or labels',
    ),
  /**
   * Drain = evict, also against a do-not-evict annotation; Skip = leave on the node; WaitCompleted = wait until it ends by
   * itself; Save = keep its manifest, then evict; Delete = delete, past its budgets: the rule must be named on the command
   * line, too.
   */
  behavior: z.enum(['Drain', 'Skip', 'WaitCompleted', 'Save', 'Delete']),
  /**
   * Of a node's pods only those with the lowest order go at a time. Without it: 0, and after all others for pods that are
   * critical for the system.
   */
  order: z.int().min(-1000).max(1000).optional(),
})
export type DrainRule = z.infer<typeof DrainRule>

/** drain-rules/v1: the file people write. */
export const DrainRules = z.strictObject({
  schema: z.literal('drain-rules/v1'),
  rules: z
    .array(DrainRule)
    .max(1000)
    .refine(
      (rules) => new Set(rules.map(({ name }) => name)).size === rules.length,
      'two rules have the same name: people and flags tell them apart by it',
    ),
})
export type DrainRules = z.infer<typeof DrainRules>
