import { z } from 'zod'
import { StringMap } from './api-object.ts'

/** A selector of labels as Kubernetes objects hold it. */
export const LabelSelector = z.object({
  matchLabels: StringMap,
  matchExpressions: z
    .array(
      z.object({
        key: z.string(),
        operator: z.enum(['In', 'NotIn', 'Exists', 'DoesNotExist']),
        values: z.array(z.string()).nullish(),
      }),
    )
    .nullish(),
})
export type LabelSelector = z.infer<typeof LabelSelector>

/** Both forms in which selectors are held: with what is left out, and with operators of a newer server. */
interface SelectorParts {
  matchLabels?: Readonly<Record<string, string>> | undefined
  matchExpressions?:
    | readonly { key: string; operator: string; values?: readonly string[] | null | undefined }[]
    | null
    | undefined
}

/** True when the labels match all parts; a selector without parts matches everything, an unknown operator nothing. */
export function matchesLabels(
  { matchLabels = {}, matchExpressions }: SelectorParts,
  labels: Readonly<Record<string, string>>,
): boolean {
  const own = (key: string): string | undefined => (Object.hasOwn(labels, key) ? labels[key] : undefined)
  return (
    Object.entries(matchLabels).every(([key, value]) => own(key) === value) &&
    (matchExpressions ?? []).every(({ key, operator, values }) => {
      const value = own(key)
      const isIn = value !== undefined && (values ?? []).includes(value)
      if (operator === 'In') return isIn
      // As Kubernetes has it: NotIn is true of objects without the label.
      if (operator === 'NotIn') return !isIn
      if (operator === 'Exists') return value !== undefined
      return operator === 'DoesNotExist' && value === undefined
    })
  )
}

/** True when nothing is asked of the labels. */
export function isEmptySelector({ matchLabels = {}, matchExpressions }: SelectorParts): boolean {
  return Object.keys(matchLabels).length === 0 && (matchExpressions ?? []).length === 0
}
