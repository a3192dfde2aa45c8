import type { IgnitionConfig, Resource } from './config.ts'

/** A resource of a configuration and where it stands. */
export interface PlacedResource {
  path: readonly PropertyKey[]
  resource: Resource
}

/** Every resource: contents and additions of files, other configurations, certificate authorities, keys. */
export function resourcesOf({ ignition, storage }: IgnitionConfig): PlacedResource[] {
  const { merge, replace } = ignition.config ?? {}
  const authorities = ignition.security?.tls?.certificateAuthorities
  return [
    ...many(['ignition', 'config', 'merge'], merge),
    ...one(['ignition', 'config', 'replace'], replace),
    ...many(['ignition', 'security', 'tls', 'certificateAuthorities'], authorities),
    ...(storage?.files ?? []).flatMap((file, index) => [
      ...one(['storage', 'files', index, 'contents'], file.contents),
      ...many(['storage', 'files', index, 'append'], file.append),
    ]),
    ...(storage?.luks ?? []).flatMap((volume, index) =>
      one(['storage', 'luks', index, 'keyFile'], volume.keyFile),
    ),
  ]
}

/** Fetched over a network when the machine boots for the first time. */
export function isRemote({ source }: Resource): boolean {
  return typeof source === 'string' && source !== '' && !source.startsWith('data:')
}

function one(path: readonly PropertyKey[], resource: Resource | null | undefined): PlacedResource[] {
  return resource === null || resource === undefined ? [] : [{ path, resource }]
}

function many(
  path: readonly PropertyKey[],
  resources: readonly Resource[] | null | undefined,
): PlacedResource[] {
  return (resources ?? []).map((resource, index) => ({ path: [...path, index], resource }))
}
