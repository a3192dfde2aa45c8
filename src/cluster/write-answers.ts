import { isDeepStrictEqual } from 'node:util'
import type { ApiObject, WriteAnswer } from '../model/cluster-port.ts'
import { MigrationError } from '../model/errors.ts'
import type { Classified } from './classify-answer.ts'

/** A budget that only its controller can mend is asked about so often. */
const brokenBudgetMs = 30_000

/** What a final answer to a write means for whoever sent it. Throws CLUSTER_ANSWER_INVALID. */
export function writeAnswer({ kind, status, message, retryAfterMs, body }: Classified): WriteAnswer {
  switch (kind) {
    case 'done':
      if (isObject(body)) return { outcome: 'done', object: body }
      throw new MigrationError(
        'CLUSTER_ANSWER_INVALID',
        'the server answers a write with something that is no object',
      )
    case 'gone':
      return { outcome: 'gone' }
    case 'replaced':
      return { outcome: 'replaced', message }
    case 'exists':
    case 'conflict':
      return { outcome: 'conflict', message }
    case 'budget':
      return { outcome: 'budget', message, processing: false, retryAfterMs }
    case 'budget-processing':
      return {
        outcome: 'budget',
        message,
        processing: true,
        retryAfterMs: status === 403 ? brokenBudgetMs : retryAfterMs,
      }
    case 'namespace-terminating':
      return { outcome: 'namespace-terminating', message }
    case 'misconfigured':
      return { outcome: 'misconfigured', message }
    default:
      return { outcome: 'refused', status, message }
  }
}

/** True for what JSON calls an object. */
export function isObject(value: unknown): value is ApiObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** True when an object is as a merge patch would leave it; the version that the patch was made for does not count. */
export function holdsPatch(object: unknown, patch: ApiObject): boolean {
  return Object.entries(withoutVersion(patch)).every(([key, wanted]) => holds(valueOf(object, key), wanted))
}

function holds(value: unknown, wanted: unknown): boolean {
  if (wanted === null) return value === undefined || value === null
  if (!isObject(wanted)) return isDeepStrictEqual(value, wanted)
  // An empty object in a patch may leave nothing at all.
  return Object.entries(wanted).every(([key, part]) => holds(valueOf(value, key), part))
}

function valueOf(object: unknown, key: string): unknown {
  return isObject(object) && Object.hasOwn(object, key) ? object[key] : undefined
}

function withoutVersion(patch: ApiObject): ApiObject {
  const { metadata } = patch
  if (!isObject(metadata)) return patch
  const { resourceVersion: _, ...rest } = metadata
  return { ...patch, metadata: rest }
}
