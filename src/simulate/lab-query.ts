import { matchesLabels, parseLabelSelector, type LabelSelector } from '../model/label-selector.ts'
import type { LabKind } from './lab-kinds.ts'
import type { LabObject } from './lab-object.ts'
import { badRequest } from './lab-status.ts'

/** Which objects of a resource a list or a watch is about. */
export interface LabSelection {
  namespace: string | undefined
  /** The one node whose pods are asked for. */
  node: string | undefined
  /** True when every object of the namespace is meant. */
  isAll: boolean
  matches: (object: LabObject) => boolean
}

interface FieldRequirement {
  path: readonly string[]
  isEqual: boolean
  value: string
}

const everywhere = ['metadata.name', 'metadata.namespace']
const involved = ['kind', 'namespace', 'name', 'uid', 'apiVersion', 'resourceVersion', 'fieldPath']

/** The fields that the API server selects by; it refuses all others. */
const fields: Readonly<Record<string, readonly string[]>> = {
  pods: [
    'spec.nodeName',
    'spec.restartPolicy',
    'spec.schedulerName',
    'spec.serviceAccountName',
    'spec.hostNetwork',
    'status.phase',
    'status.podIP',
    'status.nominatedNodeName',
  ],
  nodes: ['spec.unschedulable'],
  namespaces: ['status.phase'],
  events: ['reason', 'type', ...involved.flatMap((name) => [`involvedObject.${name}`, `regarding.${name}`])],
  certificatesigningrequests: ['spec.signerName'],
}

/** Reads the selectors of a query; throws a bad request for what the API server would not take. */
export function labSelection(
  kind: LabKind,
  namespace: string | undefined,
  query: URLSearchParams,
): LabSelection {
  const labels = labelsOf(query.get('labelSelector') ?? '')
  const required = fieldsOf(kind, query.get('fieldSelector') ?? '')
  const node = required.find(({ path, isEqual }) => isEqual && path.join('.') === 'spec.nodeName')?.value
  return {
    namespace,
    node: node === '' ? undefined : node,
    isAll: labels === undefined && required.length === 0,
    matches: (object) =>
      (namespace === undefined || object.metadata.namespace === namespace) &&
      (labels === undefined || matchesLabels(labels, object.metadata.labels ?? {})) &&
      required.every(({ path, isEqual, value }) => (textAt(object, path) === value) === isEqual),
  }
}

function labelsOf(text: string): LabelSelector | undefined {
  if (text === '') return undefined
  try {
    return parseLabelSelector(text)
  } catch (error) {
    throw badRequest(error instanceof Error ? error.message : String(error))
  }
}

function fieldsOf({ resource, isCustom }: LabKind, text: string): FieldRequirement[] {
  const known = [...everywhere, ...(isCustom === true ? [] : (fields[resource] ?? []))]
  return text
    .split(',')
    .filter((part) => part !== '')
    .map((part) => {
      const found = /^(?<field>[^=!]+)(?<sign>==|=|!=)(?<value>.*)$/.exec(part)?.groups
      const field = found?.['field'] ?? part
      if (found === undefined || !known.includes(field))
        throw badRequest(
          `Unable to find "${resource}" that match field selector: field label not supported: ${field}`,
        )
      return { path: field.split('.'), isEqual: found['sign'] !== '!=', value: found['value'] ?? '' }
    })
}

/** A field as selectors compare it: what is not there is the empty text. */
function textAt(object: LabObject, path: readonly string[]): string {
  let value: unknown = object
  for (const part of path) value = (value as Record<string, unknown> | undefined)?.[part]
  return typeof value === 'string' || typeof value === 'boolean' ? String(value) : ''
}
