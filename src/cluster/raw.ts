import { z } from 'zod'
import type { Condition, Controller, LabelSelector, Resources } from '../model/cluster-parts.ts'
import { amountOf } from '../model/quantity.ts'
import { redact } from '../model/redact.ts'
import { shorten } from '../model/visible-text.ts'

/** Names, keys and other single words: longer than anything the API server lets in. */
export const word = z.string().max(4096)
/** Free text; what is kept of it goes through `serverWords`. */
export const words = z.string()
/** Go writes `null` for what is not set. */
export const flag = z.boolean().nullish()
/** 64 bits in Go: `9223372036854775807` for "never" becomes the largest number that is exact here. */
export const whole = z.number().transform(toExact).nullish()
export const optionalWord = word.nullish()
export const wordList = z.array(word).nullish()
export const wordMap = z.record(word, word).nullish()
/** Annotations are kept by name only, or redacted and cut. */
const annotationMap = z.record(word, words).nullish()
export const countOrShare = z.union([z.int(), word]).nullish()
export const quantities = z.record(word, z.union([word, z.number()])).nullish()

export const RawMeta = z.object({
  name: word,
  namespace: optionalWord,
  uid: optionalWord,
  creationTimestamp: optionalWord,
  deletionTimestamp: optionalWord,
  generation: whole,
  finalizers: wordList,
  labels: wordMap,
  annotations: annotationMap,
  ownerReferences: z
    .array(z.object({ apiVersion: word, kind: word, name: word, uid: word, controller: flag }))
    .nullish(),
})
export type RawMeta = z.infer<typeof RawMeta>

export const RawSelector = z.object({
  matchLabels: wordMap,
  matchExpressions: z.array(z.object({ key: word, operator: word, values: wordList })).nullish(),
})

export const RawConditions = z
  .array(
    z.object({
      type: word,
      status: word,
      reason: optionalWord,
      message: words.nullish(),
      lastTransitionTime: optionalWord,
      lastHeartbeatTime: optionalWord,
    }),
  )
  .nullish()

function toExact(count: number): number {
  return Math.trunc(Math.min(Math.max(count, Number.MIN_SAFE_INTEGER), Number.MAX_SAFE_INTEGER))
}

/** The fields that all records share. */
export function objectOf(meta: RawMeta): {
  name: string
  uid: string
  createdAt: string | null
  deletedAt: string | null
  finalizers: string[]
} {
  return {
    name: meta.name,
    uid: meta.uid ?? '',
    createdAt: meta.creationTimestamp ?? null,
    deletedAt: meta.deletionTimestamp ?? null,
    finalizers: meta.finalizers ?? [],
  }
}

/** The owner that manages an object: at most one, by the API's rules. */
export function controllerOf(meta: RawMeta): Controller | null {
  const found = meta.ownerReferences?.find(({ controller }) => controller === true)
  if (found === undefined) return null
  const { apiVersion, kind, name, uid } = found
  return {
    group: apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '',
    kind,
    name,
    uid,
  }
}

export function selectorOf(raw: z.infer<typeof RawSelector>): LabelSelector {
  return {
    ...(raw.matchLabels ? { matchLabels: raw.matchLabels } : {}),
    ...(raw.matchExpressions
      ? {
          matchExpressions: raw.matchExpressions.map(({ key, operator, values }) => ({
            key,
            operator,
            ...(values ? { values } : {}),
          })),
        }
      : {}),
  }
}

export function conditionsOf(raw: z.infer<typeof RawConditions>): Condition[] {
  return (raw ?? []).map(({ type, status, reason, message, lastTransitionTime }) => ({
    type,
    status,
    reason: reason ?? null,
    message: serverWords(message),
    lastTransitionAt: lastTransitionTime ?? null,
  }))
}

/** Amounts in the units of a snapshot; what is no quantity is left out, as the server lets none in. */
export function resourcesOf(raw: z.infer<typeof quantities>): Resources {
  const amounts: Resources = {}
  for (const [name, quantity] of Object.entries(raw ?? {})) {
    const amount = amountOf(name, String(quantity))
    if (amount !== null) amounts[name] = amount
  }
  return amounts
}

const longestWords = 1024

/** Free text of the server, redacted and bounded; null when there is none. */
export function serverWords(text: string | null | undefined): string | null {
  if (text === undefined || text === null || text === '') return null
  return shorten(redact(text), longestWords)
}
