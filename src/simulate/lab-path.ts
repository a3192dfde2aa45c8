import type { LabKindTable } from './lab-kind-table.ts'
import type { LabKind } from './lab-kinds.ts'

interface Place {
  namespace: string | undefined
  name: string | undefined
  subresource: string | undefined
}

/** A path taken apart, whatever is served. */
interface LabPathParts extends Place {
  apiVersion: string
  resource: string
}

export interface LabPlace extends Place {
  kind: LabKind
}

const verbs: Readonly<Record<string, { one?: string; all?: string }>> = {
  GET: { one: 'get', all: 'list' },
  POST: { one: 'create', all: 'create' },
  PATCH: { one: 'patch' },
  PUT: { one: 'update' },
  DELETE: { one: 'delete', all: 'deletecollection' },
}

/** The verb as RBAC and audit logs have it; undefined for methods that there are not. */
export function verbOf(
  method: string,
  { name }: Pick<LabPlace, 'name'>,
  query: URLSearchParams,
): string | undefined {
  if (method === 'GET' && name === undefined && ['true', '1'].includes(query.get('watch') ?? ''))
    return 'watch'
  return verbs[method]?.[name === undefined ? 'all' : 'one']
}

/** `/apis/GROUP/VERSION[/namespaces/NS]/RESOURCE[/NAME[/SUBRESOURCE]]`; a namespace itself is a resource. */
export function pathParts(path: string): LabPathParts | undefined {
  const parts = path.split('/').slice(1).map(decoded)
  const [apiVersion, rest] =
    parts[0] === 'api' ? [parts[1], parts.slice(2)] : [parts.slice(1, 3).join('/'), parts.slice(3)]
  if (!['api', 'apis'].includes(parts[0] ?? '') || apiVersion === undefined || rest.includes(''))
    return undefined
  const isInside = rest[0] === 'namespaces' && rest.length > 2 && rest[2] !== 'status'
  const [resource, name, subresource, ...more] = isInside ? rest.slice(2) : rest
  if (resource === undefined || more.length > 0) return undefined
  return { apiVersion, resource, namespace: isInside ? rest[1] : undefined, name, subresource }
}

/** The resource that a path is about; undefined for what is not served. */
export function placeOf(path: string, kinds: LabKindTable): LabPlace | undefined {
  const parts = pathParts(path)
  if (parts === undefined) return undefined
  const { apiVersion, resource, namespace, name, subresource } = parts
  const kind = kinds.at(apiVersion, resource)
  if (kind === undefined || (namespace !== undefined && !kind.namespaced)) return undefined
  if (subresource !== undefined && !kind.subresources.includes(subresource)) return undefined
  return { kind, namespace, name, subresource }
}

/** The path of the document of a path's group and version, which is there when the group is. */
export function groupDocument(path: string): string {
  const parts = path.split('/')
  return parts.slice(0, parts[1] === 'api' ? 3 : 4).join('/')
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return ''
  }
}
