import { z } from 'zod'

/**
 * One accepted risk. `selector` is an inventory selector (`role=worker,!gpu`), `*` for every host, or `host=NAME`.
 * A waiver without a reason, an owner or an end is refused.
 */
export const Waiver = z.strictObject({
  check: z.string().min(1),
  selector: z.string().min(1),
  targets: z
    .array(z.enum(['anolis-rhck', 'anolis-anck', 'containeros']))
    .min(1)
    .optional(),
  reason: z.string('a waiver needs a reason').trim().min(1, 'a waiver needs a reason'),
  owner: z.string('a waiver needs an owner').trim().min(1, 'a waiver needs an owner'),
  /** Last day on which it counts, `YYYY-MM-DD` (UTC). */
  expires: z.iso.date('a waiver needs an end: its last day as YYYY-MM-DD'),
  ticket: z.string().min(1).optional(),
})
export type Waiver = z.infer<typeof Waiver>

/** Its last day counts whole. `today` is `YYYY-MM-DD` in UTC. */
export function isWaiverOver({ expires }: Pick<Waiver, 'expires'>, today: string): boolean {
  return expires < today
}

/** waivers/v1: the file people write. */
export const Waivers = z.strictObject({
  schema: z.literal('waivers/v1'),
  waivers: z.array(Waiver).max(10_000),
})
export type Waivers = z.infer<typeof Waivers>
