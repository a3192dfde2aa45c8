/**
 * Directories that accept writes on ContainerOS; everything else is the read-only image.
 * https://help.aliyun.com/zh/ack/ack-managed-and-ack-dedicated/user-guide/containeros-overview
 */
const writablePaths = ['/etc', '/var', '/run', '/dev', '/sys', '/proc', '/tmp'] as const

/** True when `path` lies in a directory that the immutable target can write to. */
export function isWritableOnImmutable(path: string): boolean {
  return writablePaths.some((directory) => path === directory || path.startsWith(`${directory}/`))
}
