import { z } from 'zod'
import type { Webhook } from '../model/cluster-apis.ts'
import { redact } from '../model/redact.ts'
import { defineKind } from './kind.ts'
import {
  flag,
  objectOf,
  optionalWord,
  quantities,
  RawMeta,
  RawSelector,
  resourcesOf,
  selectorOf,
  whole,
  word,
  wordList,
  wordMap,
} from './raw.ts'
import { RawToleration, tolerationOf } from './raw-scheduling.ts'

const RawRuntimeClass = z.object({
  metadata: RawMeta,
  handler: word,
  overhead: z.object({ podFixed: quantities }).nullish(),
  scheduling: z.object({ nodeSelector: wordMap, tolerations: z.array(RawToleration).nullish() }).nullish(),
})

export const runtimeClasses = defineKind({
  list: 'runtimeClasses',
  group: 'node.k8s.io',
  resource: 'runtimeclasses',
  versions: ['v1', 'v1beta1'],
  raw: RawRuntimeClass,
  records: ({ metadata, handler, overhead, scheduling }) => [
    {
      ...objectOf(metadata),
      handler,
      overhead: resourcesOf(overhead?.podFixed),
      nodeSelector: scheduling?.nodeSelector ?? {},
      tolerations: (scheduling?.tolerations ?? []).map(tolerationOf),
    },
  ],
})

const RawPriorityClass = z.object({
  metadata: RawMeta,
  value: z.int(),
  globalDefault: flag,
  preemptionPolicy: optionalWord,
})

export const priorityClasses = defineKind({
  list: 'priorityClasses',
  group: 'scheduling.k8s.io',
  resource: 'priorityclasses',
  versions: ['v1', 'v1beta1'],
  raw: RawPriorityClass,
  records: ({ metadata, value, globalDefault, preemptionPolicy }) => [
    {
      ...objectOf(metadata),
      value,
      isDefault: globalDefault ?? false,
      preemptionPolicy: preemptionPolicy ?? null,
    },
  ],
})

const RawCustomResource = z.object({
  metadata: RawMeta,
  spec: z.object({
    group: word,
    scope: word,
    names: z.object({ kind: word }),
    version: optionalWord,
    versions: z.array(z.object({ name: word, served: flag, storage: flag })).nullish(),
  }),
})

export const customResources = defineKind({
  list: 'customResources',
  group: 'apiextensions.k8s.io',
  resource: 'customresourcedefinitions',
  versions: ['v1', 'v1beta1'],
  raw: RawCustomResource,
  records: ({ metadata, spec }) => [
    {
      ...objectOf(metadata),
      group: spec.group,
      kind: spec.names.kind,
      scope: spec.scope,
      versions: (spec.versions ?? []).map(({ name, served, storage }) => ({
        name,
        served: served ?? false,
        storage: storage ?? false,
      })),
    },
  ],
})

const RawWebhooks = z.object({
  metadata: RawMeta,
  webhooks: z
    .array(
      z.object({
        name: word,
        failurePolicy: optionalWord,
        timeoutSeconds: whole,
        namespaceSelector: RawSelector.nullish(),
        objectSelector: RawSelector.nullish(),
        matchConditions: z.array(z.unknown()).nullish(),
        rules: z
          .array(
            z.object({
              operations: wordList,
              apiGroups: wordList,
              apiVersions: wordList,
              resources: wordList,
              scope: optionalWord,
            }),
          )
          .nullish(),
        clientConfig: z.object({
          url: optionalWord,
          service: z.object({ namespace: word, name: word, path: optionalWord, port: whole }).nullish(),
        }),
      }),
    )
    .nullish(),
})

function webhooksOf({ metadata, webhooks }: z.infer<typeof RawWebhooks>, kind: Webhook['kind']): Webhook[] {
  return (webhooks ?? []).map((raw) => {
    const { url, service } = raw.clientConfig
    return {
      kind,
      configuration: metadata.name,
      name: raw.name,
      failurePolicy: raw.failurePolicy ?? null,
      timeoutSeconds: raw.timeoutSeconds ?? null,
      rules: (raw.rules ?? []).map(({ operations, apiGroups, apiVersions, resources, scope }) => ({
        operations: operations ?? [],
        apiGroups: apiGroups ?? [],
        apiVersions: apiVersions ?? [],
        resources: resources ?? [],
        scope: scope ?? null,
      })),
      namespaceSelector: raw.namespaceSelector ? selectorOf(raw.namespaceSelector) : null,
      objectSelector: raw.objectSelector ? selectorOf(raw.objectSelector) : null,
      ...((raw.matchConditions ?? []).length === 0 ? {} : { conditional: true as const }),
      service: service
        ? {
            namespace: service.namespace,
            name: service.name,
            path: service.path ? withoutQuery(service.path) : null,
            port: service.port ?? null,
          }
        : null,
      url: url ? withoutQuery(url) : null,
    }
  })
}

/** A query may hold a token, and so may what stands before the host. */
function withoutQuery(url: string): string {
  return redact(url.replace(/[?#].*$/s, ''))
}

const configurations = { group: 'admissionregistration.k8s.io', versions: ['v1', 'v1beta1'] } as const

export const validatingWebhooks = defineKind({
  ...configurations,
  list: 'webhooks',
  resource: 'validatingwebhookconfigurations',
  raw: RawWebhooks,
  records: (raw) => webhooksOf(raw, 'validating'),
})

export const mutatingWebhooks = defineKind({
  ...configurations,
  list: 'webhooks',
  resource: 'mutatingwebhookconfigurations',
  raw: RawWebhooks,
  records: (raw) => webhooksOf(raw, 'mutating'),
})
