/** The parts of a name with a tag, in the long form that containerd has for it. */
export interface ImageName {
  /** `docker.io`, `registry.example.com:5000`, `localhost`. */
  domain: string
  /** `library/app`. */
  path: string
  tag: string
}

/**
 * A name with a tag as runtimes have it, `app:1` or `registry.example.com:5000/team/app:1`; undefined for everything else, so
 * that no option of a tool and no word of a shell is ever taken for one. Source: the grammar of distribution/reference, without
 * digests and without IPv6 addresses.
 */
export function parseImageName(text: string): ImageName | undefined {
  if (text.length > longestName || /^sha256:[0-9a-f]{64}$/.test(text)) return undefined
  const [, named = '', tag] = /^(.+):([A-Za-z0-9_][A-Za-z0-9_.-]{0,127})$/.exec(text) ?? []
  if (tag === undefined) return undefined
  const slash = named.indexOf('/')
  const first = slash < 0 ? '' : named.slice(0, slash)
  const hasDomain = first === 'localhost' || /[.:A-Z]/.test(first)
  const domain = hasDomain ? first : 'docker.io'
  const rest = hasDomain ? named.slice(slash + 1) : named
  const path = domain === 'docker.io' && !rest.includes('/') ? `library/${rest}` : rest
  return domainForm.test(domain) && pathForm.test(path) ? { domain, path, tag } : undefined
}

const longestName = 512
const domainPart = '[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?'
const domainForm = new RegExp(`^${domainPart}(\\.${domainPart})*(:[0-9]{1,5})?$`)
const pathPart = '[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*'
const pathForm = new RegExp(`^${pathPart}(/${pathPart})*$`)

/** The name in its long form: `docker.io/library/app:1`. */
export function longImageName({ domain, path, tag }: ImageName): string {
  return `${domain}/${path}:${tag}`
}

/**
 * Where an image of a node is kept in a registry. Nodes have different images under one name, so the tag is made of what is in
 * the image: the same image of many nodes is kept once, and none is ever written over.
 */
export function pushedReference(registry: string, name: ImageName, digest: string): string {
  return `${registry}/${name.path}:${digest.replace(':', '-')}`
}
