/** A path as it is: `/srv//data/./a/` is `/srv/data/a`. Undefined for one that leads up, or is not absolute. */
export function plainPath(path: string): string | undefined {
  const parts = path.split('/').filter((part) => part !== '' && part !== '.')
  return path.startsWith('/') && !parts.includes('..') ? `/${parts.join('/')}` : undefined
}
