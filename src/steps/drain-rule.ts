import type { DrainPod } from '../model/drain-pod.ts'
import type { DrainRule } from '../model/drain-rules.ts'
import { labelOf } from '../model/label-selector.ts'

/** The first rule that matches a pod. */
export function ruleFor(
  pod: Pick<DrainPod, 'namespace' | 'name' | 'labels'>,
  rules: readonly DrainRule[],
): DrainRule | undefined {
  return rules.find(
    ({ match: { namespaces, pods, labels } }) =>
      (namespaces === undefined || namespaces.some((pattern) => matches(pattern, pod.namespace))) &&
      (pods === undefined || pods.some((pattern) => matches(pattern, pod.name))) &&
      Object.entries(labels ?? {}).every(([key, value]) => labelOf(pod.labels, key) === value),
  )
}

/** `*` stands for any letters, also none; without going back, so that no pattern takes long. */
function matches(pattern: string, text: string): boolean {
  const [head = '', ...parts] = pattern.split('*')
  if (parts.length === 0) return pattern === text
  const tail = parts.pop() ?? ''
  if (text.length < head.length + tail.length || !text.startsWith(head) || !text.endsWith(tail)) return false
  const end = text.length - tail.length
  let at = head.length
  for (const part of parts) {
    const found = text.indexOf(part, at)
    if (found === -1 || found + part.length > end) return false
    at = found + part.length
  }
  return true
}
