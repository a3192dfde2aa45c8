/** Where the facts about the immutable target's file system come from. */
export const containerOsPathSources = [
  'https://help.aliyun.com/zh/ack/ack-managed-and-ack-dedicated/user-guide/containeros-overview',
  'LifseaOS design article: ostree, read-only root, /etc and /var writable',
] as const

/** Directories that accept writes on ContainerOS; everything else is the read-only image. */
export const writablePaths = ['/etc', '/var', '/run', '/dev', '/sys', '/proc', '/tmp'] as const

/** True when `path` lies in a directory that the immutable target can write to. */
export function isWritableOnImmutable(path: string): boolean {
  return writablePaths.some((directory) => path === directory || path.startsWith(`${directory}/`))
}
