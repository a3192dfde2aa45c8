import { ignitionSpecs, type IgnitionSpec } from '../model/os-profile.ts'
import type { IgnitionConfig } from './config.ts'
import { resourcesOf } from './resources.ts'

/** A part of a configuration that older specifications do not have. */
export interface SpecFeature {
  name: string
  since: IgnitionSpec
  /** Where the configuration uses it; undefined = nowhere. */
  find: (config: IgnitionConfig) => readonly PropertyKey[] | undefined
}

/** Below 3.3.0 `kernelArguments` is an unused key: a warning, and no argument. https://coreos.github.io/ignition/migrating-configs/ */
export const specFeatures: readonly SpecFeature[] = [
  {
    name: 'compression',
    since: '3.1.0',
    find: (config) =>
      // Compression of a file's contents is older than that of everything else.
      resourcesOf(config).find(
        ({ path, resource }) =>
          isSet(resource.compression) && (path[0] === 'ignition' || path.includes('append')),
      )?.path,
  },
  {
    name: 'httpHeaders',
    since: '3.1.0',
    find: (config) => resourcesOf(config).find(({ resource }) => hasItems(resource.httpHeaders))?.path,
  },
  {
    name: 'proxy',
    since: '3.1.0',
    find: ({ ignition }) => (isThere(ignition.proxy) ? ['ignition', 'proxy'] : undefined),
  },
  {
    name: 'mountOptions',
    since: '3.1.0',
    find: ({ storage }) =>
      at(['storage', 'filesystems'], storage?.filesystems, ({ mountOptions }) => hasItems(mountOptions)),
  },
  {
    name: 'luks',
    since: '3.2.0',
    find: ({ storage }) => (hasItems(storage?.luks) ? ['storage', 'luks'] : undefined),
  },
  {
    name: 'resize',
    since: '3.2.0',
    find: ({ storage }) =>
      at(['storage', 'disks'], storage?.disks, ({ partitions }) =>
        (partitions ?? []).some(({ resize }) => resize === true),
      ),
  },
  {
    name: 'shouldExist of users and groups',
    since: '3.2.0',
    find: ({ passwd }) =>
      at(['passwd', 'users'], passwd?.users, ({ shouldExist }) => isThere(shouldExist)) ??
      at(['passwd', 'groups'], passwd?.groups, ({ shouldExist }) => isThere(shouldExist)),
  },
  {
    name: 'kernelArguments',
    since: '3.3.0',
    find: ({ kernelArguments }) => (isThere(kernelArguments) ? ['kernelArguments'] : undefined),
  },
  {
    name: 'format none',
    since: '3.3.0',
    find: ({ storage }) =>
      at(['storage', 'filesystems'], storage?.filesystems, ({ format }) => format === 'none'),
  },
  {
    name: 'luks discard, openOptions and offline tang',
    since: '3.4.0',
    find: ({ storage }) =>
      at(
        ['storage', 'luks'],
        storage?.luks,
        ({ discard, openOptions, clevis }) =>
          isThere(discard) ||
          hasItems(openOptions) ||
          (clevis?.tang ?? []).some(({ advertisement }) => isSet(advertisement)),
      ),
  },
  {
    name: 'luks cex',
    since: '3.5.0',
    find: ({ storage }) => at(['storage', 'luks'], storage?.luks, ({ cex }) => isThere(cex)),
  },
]

/** The oldest specification that holds everything that a configuration uses, and what asks for it. */
export function oldestSpec(config: IgnitionConfig): { spec: IgnitionSpec; because: SpecFeature | undefined } {
  const used = specFeatures.filter((feature) => feature.find(config) !== undefined)
  const because = used.reduce<SpecFeature | undefined>(
    (newest, feature) => (newest === undefined || isNewer(feature.since, newest.since) ? feature : newest),
    undefined,
  )
  return { spec: because?.since ?? ignitionSpecs[0], because }
}

/** True when `a` came after `b`. */
export function isNewer(a: IgnitionSpec, b: IgnitionSpec): boolean {
  return ignitionSpecs.indexOf(a) > ignitionSpecs.indexOf(b)
}

function isThere(value: unknown): boolean {
  return value !== null && value !== undefined
}
function isSet(value: string | null | undefined): boolean {
  return isThere(value) && value !== ''
}
function hasItems(items: readonly unknown[] | null | undefined): boolean {
  return (items?.length ?? 0) > 0
}

function at<T>(
  path: readonly PropertyKey[],
  items: readonly T[] | null | undefined,
  uses: (item: T) => boolean,
): readonly PropertyKey[] | undefined {
  const index = (items ?? []).findIndex(uses)
  return index === -1 ? undefined : [...path, index]
}
