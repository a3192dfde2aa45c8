import { redact } from '../model/redact.ts'
import { shorten } from '../model/visible-text.ts'

/** kubectl keeps whole manifests here, with whatever secrets people wrote into them. */
const neverKept = new Set(['kubectl.kubernetes.io/last-applied-configuration'])

const longestValue = 4096
const longestAll = 64 * 1024

/** Annotations without manifests; values redacted, cut when long, and left empty once the whole is too long. */
export function annotationsOf(
  raw: Readonly<Record<string, string>> | null | undefined,
): Record<string, string> {
  const kept: Record<string, string> = {}
  let room = longestAll
  for (const [key, value] of Object.entries(raw ?? {})) {
    if (neverKept.has(key)) continue
    const text = shorten(withoutSecrets(key, value), Math.min(longestValue, Math.max(0, room)))
    kept[key] = text
    room -= key.length + text.length
  }
  return kept
}

/** A value is a secret when its key says so, whatever it looks like; else what looks like one in it is hidden. */
function withoutSecrets(key: string, value: string): string {
  const name = key.slice(key.lastIndexOf('/') + 1)
  const probe = `${name}=probe`
  return redact(probe) === probe ? redact(value) : '***'
}

/**
 * Annotations by which somebody asks that a pod be left alone or moved last. Sources: cluster-autoscaler FAQ; karpenter.sh
 * concepts/disruption; descheduler README; kubernetes.io well-known annotations; koordinator.sh descheduler.
 */
const evictionAnnotations: readonly string[] = [
  'cluster-autoscaler.kubernetes.io/safe-to-evict',
  'cluster-autoscaler.kubernetes.io/safe-to-evict-local-volumes',
  'karpenter.sh/do-not-disrupt',
  'karpenter.sh/do-not-evict',
  'descheduler.alpha.kubernetes.io/evict',
  'descheduler.alpha.kubernetes.io/prefer-no-eviction',
  'controller.kubernetes.io/pod-deletion-cost',
  'scheduling.koordinator.sh/eviction-cost',
  'koordinator.sh/soft-eviction',
]

/** Those of a pod's annotations that say something about its eviction. */
export function evictionAnnotationsOf(
  raw: Readonly<Record<string, string>> | null | undefined,
): Record<string, string> {
  if (!raw) return {}
  const kept: Record<string, string> = {}
  for (const key of evictionAnnotations) {
    const value = raw[key]
    if (value !== undefined) kept[key] = shorten(redact(value), 256)
  }
  return kept
}
