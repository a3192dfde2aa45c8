import { MigrationError } from '../model/errors.ts'
import type { ApiResource } from '../model/ports.ts'

/** `/api/v1` or `/apis/GROUP/VERSION`. Source: https://kubernetes.io/docs/reference/using-api/#api-groups */
export function groupPath({ group, version }: Pick<ApiResource, 'group' | 'version'>): string {
  return group === '' ? `/api/${version}` : `/apis/${segment(group)}/${segment(version)}`
}

/** The path of all objects of a resource, or of those of one namespace. */
export function collectionPath(of: ApiResource & { namespace?: string }): string {
  const place = of.namespace === undefined ? '' : `/namespaces/${segment(of.namespace)}`
  return `${groupPath(of)}${place}/${of.resource}`
}

/** The path of one object. Throws USAGE for a name that no object can have. */
export function objectPath(
  of: ApiResource & { namespace?: string; name: string; subresource?: string },
): string {
  const part = of.subresource === undefined ? '' : `/${segment(of.subresource)}`
  return `${collectionPath(of)}/${segment(of.name)}${part}`
}

/** As the API server's IsValidPathSegmentName has it: a name may not lead to another path. */
function segment(name: string): string {
  if (name !== '' && name !== '.' && name !== '..' && !/[/%\p{Cc}]/u.test(name))
    return encodeURIComponent(name)
  throw new MigrationError('USAGE', `${JSON.stringify(name)} is no name of an object in a cluster`)
}
