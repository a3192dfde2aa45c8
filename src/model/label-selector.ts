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

/** True when the labels match all parts; a selector without parts matches everything. */
export function matchesLabels(selector: LabelSelector, labels: Readonly<Record<string, string>>): boolean {
  const own = (key: string): string | undefined => (Object.hasOwn(labels, key) ? labels[key] : undefined)
  return (
    Object.entries(selector.matchLabels).every(([key, value]) => own(key) === value) &&
    (selector.matchExpressions ?? []).every(({ key, operator, values }) => {
      const value = own(key)
      const isIn = value !== undefined && (values ?? []).includes(value)
      if (operator === 'In') return isIn
      // As Kubernetes has it: NotIn is true of objects without the label.
      if (operator === 'NotIn') return !isIn
      return operator === 'Exists' ? value !== undefined : value === undefined
    })
  )
}

/** True when nothing is asked of the labels. */
export function isEmptySelector({ matchLabels, matchExpressions }: LabelSelector): boolean {
  return Object.keys(matchLabels).length === 0 && (matchExpressions ?? []).length === 0
}
