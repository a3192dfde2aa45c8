import { groupVersion, type LabKind } from './lab-kinds.ts'

/** Groups without resources of their own that osferry asks about. */
const reviewGroup = { group: 'authorization.k8s.io', version: 'v1' }

const verbs = ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch']

/** Documents of discovery: /version, /api, /apis, and the resources of each version. Undefined for everything else. */
export function discovery(
  path: string,
  { version, kinds }: { version: string; kinds: readonly LabKind[] },
): object | undefined {
  if (path === '/version') return versionInfo(version)
  if (path === '/api') return { kind: 'APIVersions', versions: ['v1'] }
  if (path === '/apis') return { kind: 'APIGroupList', apiVersion: 'v1', groups: groups(kinds) }
  const [, root, name = '', more] = path.split('/')
  if (root === 'api' && name === 'v1' && more === undefined) return resources('v1', kinds)
  if (root !== 'apis') return undefined
  const group = groups(kinds).find((each) => each.name === name)
  if (more === undefined)
    return group === undefined ? undefined : { kind: 'APIGroup', apiVersion: 'v1', ...group }
  return group?.versions.some(({ version }) => version === more) === true && path.split('/').length === 4
    ? resources(`${name}/${more}`, kinds)
    : undefined
}

function versionInfo(version: string): object {
  const [major, minor] = version.split('.')
  return { major, minor, gitVersion: `v${version}`, gitTreeState: 'clean', platform: 'linux/amd64' }
}

interface Group {
  name: string
  versions: readonly { groupVersion: string; version: string }[]
  preferredVersion: { groupVersion: string; version: string }
}

function groups(kinds: readonly LabKind[]): readonly Group[] {
  const known = [...kinds, reviewGroup].filter(({ group }) => group !== '')
  return [...Map.groupBy(known, ({ group }) => group)].map(([name, kinds]) => {
    const versions = [...new Set(kinds.map(({ version }) => version))].map((version) => ({
      groupVersion: `${name}/${version}`,
      version,
    }))
    const [preferredVersion = { groupVersion: '', version: '' }] = versions
    return { name, versions, preferredVersion }
  })
}

function resources(version: string, kinds: readonly LabKind[]): object {
  const served = kinds.filter((kind) => groupVersion(kind) === version)
  return {
    kind: 'APIResourceList',
    apiVersion: 'v1',
    groupVersion: version,
    resources: version === groupVersion(reviewGroup) ? reviews : served.flatMap(resourcesOf),
  }
}

function resourcesOf({ resource, kind, namespaced, subresources }: LabKind): object[] {
  const name = { singularName: kind.toLowerCase(), namespaced }
  return [
    { name: resource, ...name, kind, verbs },
    ...subresources.map((subresource) =>
      subresource === 'eviction'
        ? {
            name: 'pods/eviction',
            ...name,
            group: 'policy',
            version: 'v1',
            kind: 'Eviction',
            verbs: ['create'],
          }
        : { name: `${resource}/${subresource}`, ...name, kind, verbs: ['get', 'patch', 'update'] },
    ),
  ]
}

const reviews = ['SelfSubjectAccessReview', 'SelfSubjectRulesReview'].map((kind) => ({
  name: `${kind.toLowerCase()}s`,
  singularName: kind.toLowerCase(),
  namespaced: false,
  kind,
  verbs: ['create'],
}))
