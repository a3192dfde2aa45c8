import { matchesLabels } from '../model/label-selector.ts'
import { ruleMatches } from '../model/webhook-rules.ts'
import { labKinds, type LabKind } from './lab-kinds.ts'
import type { LabObject } from './lab-object.ts'
import { isReady, type LabPod, type LabSelector } from './lab-pod.ts'
import { LabStatusError } from './lab-status.ts'
import type { LabStore } from './lab-store.ts'

interface Hook {
  name: string
  failurePolicy?: string
  clientConfig?: { service?: { namespace: string; name: string }; url?: string }
  namespaceSelector?: LabSelector
  rules?: readonly {
    operations?: string[]
    apiGroups?: string[]
    apiVersions?: string[]
    resources?: string[]
    scope?: string
  }[]
}

/** A request that webhooks may be asked about. */
export interface LabAdmission {
  operation: string
  kind: LabKind
  /** With its subresource. */
  resource: string
  namespace: string | undefined
}

/**
 * Asks the webhooks of a request. No program runs in the lab: one whose Service has a ready pod allows everything, any other
 * does not answer, and fails the request where its policy is to fail.
 */
export function callWebhooks(store: LabStore, admission: LabAdmission): void {
  if (admission.kind.group === labKinds.validatingHooks.group) return
  for (const kind of [labKinds.mutatingHooks, labKinds.validatingHooks])
    for (const configuration of store.all(kind))
      for (const hook of (configuration['webhooks'] ?? []) as readonly Hook[]) {
        if (hook.failurePolicy === 'Ignore' || !concerns(store, hook, admission)) continue
        if (!isAnswered(store, hook)) throw unanswered(hook)
      }
}

function concerns(
  store: LabStore,
  hook: Hook,
  { operation, kind, resource, namespace }: LabAdmission,
): boolean {
  const requests = { group: kind.group, resource, operations: [operation], isNamespaced: kind.namespaced }
  const rules = (hook.rules ?? []).map((rule) => ({
    operations: rule.operations ?? [],
    apiGroups: rule.apiGroups ?? [],
    apiVersions: rule.apiVersions ?? [],
    resources: rule.resources ?? [],
    scope: rule.scope ?? null,
  }))
  if (!rules.some((rule) => ruleMatches(rule, requests))) return false
  if (namespace === undefined || hook.namespaceSelector === undefined) return true
  const labels = store.get(labKinds.namespaces, namespace)?.metadata.labels ?? {}
  return matchesLabels(hook.namespaceSelector, labels)
}

function isAnswered(store: LabStore, { clientConfig }: Hook): boolean {
  const { service } = clientConfig ?? {}
  if (service === undefined) return false
  const found = store.get(labKinds.services, service.name, service.namespace)
  const selector = (found?.spec as { selector?: Record<string, string> } | undefined)?.selector
  if (selector === undefined) return false
  const pods = store.inNamespace(labKinds.pods, service.namespace) as Iterable<LabPod>
  for (const pod of pods) if (answers(pod, selector)) return true
  return false
}

function answers(pod: LabObject, selector: Record<string, string>): boolean {
  const isThere = pod.metadata.deletionTimestamp === undefined && isReady(pod)
  return isThere && matchesLabels({ matchLabels: selector }, pod.metadata.labels ?? {})
}

function unanswered({ name, clientConfig }: Hook): LabStatusError {
  const { service, url } = clientConfig ?? {}
  const where =
    service === undefined ? (url ?? 'nowhere') : `https://${service.name}.${service.namespace}.svc:443/`
  const why = `failed calling webhook "${name}": failed to call webhook: Post "${where}": connect: connection refused`
  return new LabStatusError(500, 'InternalError', {
    message: `Internal error occurred: ${why}`,
    details: { causes: [{ reason: '', message: why }] },
  })
}
