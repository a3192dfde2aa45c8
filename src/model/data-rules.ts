import { z } from 'zod'
import { isBelow, withoutTrailingSlash } from './space-of-path.ts'
import { DataAction, DataKind, type DataAction as Action, type DataKind as Kind } from './data-decision.ts'

/**
 * What can become of each kind of data. An emptyDir is deleted when its pod goes: nobody can keep it. A kubelet makes its root
 * anew before data is put back, and files of a running etcd are no copy of it.
 */
export const possibleActions: Readonly<Record<Kind, readonly Action[]>> = {
  'host-path': ['preserve', 'park', 'discard'],
  'local-volume': ['reattach', 'preserve', 'park', 'discard'],
  'empty-dir': ['discard'],
  'kubelet-root': ['preserve', 'discard'],
  images: ['park', 'discard'],
  etcd: ['preserve', 'discard'],
}

/** As many decisions as anybody may give, and so as many as a plan may hold. */
export const maxDataRules = 10_000

/** One decision about local data; of those that match, the first counts. */
export const DataRule = z
  .strictObject({
    kind: DataKind.optional(),
    /** Absolute: this directory and what is below it. */
    path: z
      .string()
      .max(4096)
      .regex(
        /^(?!.*\/\.{0,2}\/)(?!.*\/\.{1,2}$)\/[^\0\n]*$/,
        'a path begins with / and holds neither //, . nor ..',
      )
      .transform(withoutTrailingSlash)
      .optional(),
    /** Only what the plan calls so (`local-volume:shop/db`): what is found later is not meant. */
    ids: z.array(z.string().min(1).max(4200)).min(1).max(100_000).optional(),
    /** Names of hosts; all when left out. */
    hosts: z.array(z.string().min(1).max(253)).min(1).max(10_000).optional(),
    action: DataAction,
    /** Also what nobody could tell of this kind: of what was never shown, nothing else decides. */
    acceptUnknown: z.literal(true).optional(),
    /** Why, and who says so. */
    reason: z.string().min(1).max(200),
  })
  .superRefine(({ kind, path, ids, action, acceptUnknown }, context) => {
    if (kind === undefined && path === undefined)
      context.addIssue({ code: 'custom', path: ['kind'], message: 'a decision names a kind, a path or both' })
    if (kind !== undefined && !possibleActions[kind].includes(action))
      context.addIssue({
        code: 'custom',
        path: ['action'],
        message: `${kind} can be ${possibleActions[kind].join(', ')} only`,
      })
    const isWholeKind = kind !== undefined && path === undefined && ids === undefined
    if (acceptUnknown === true && (action !== 'discard' || !isWholeKind))
      context.addIssue({
        code: 'custom',
        path: ['acceptUnknown'],
        message: 'what nobody could tell can be discarded by its kind only, without a path or ids',
      })
  })
export type DataRule = z.infer<typeof DataRule>

/** A rule without a kind is about directories that pods use; everything else has to be named. */
export function isRuleFor(
  { kind, path, ids, hosts }: DataRule,
  data: { id: string; kind: Kind; path: string | null },
  host: string,
): boolean {
  if (hosts !== undefined && !hosts.includes(host)) return false
  if (ids !== undefined && !ids.includes(data.id)) return false
  const isMeant =
    kind === undefined ? data.kind === 'host-path' || data.kind === 'local-volume' : kind === data.kind
  if (!isMeant) return false
  return path === undefined || (data.path !== null && isBelow(data.path, path))
}
