import { isBelow } from './space-of-path.ts'

/**
 * Directories that accept writes on ContainerOS; everything else is the read-only image.
 * https://help.aliyun.com/zh/ack/ack-managed-and-ack-dedicated/user-guide/containeros-overview
 */
const writablePaths = ['/etc', '/var', '/run', '/dev', '/sys', '/proc', '/tmp'] as const

/** True when `path` lies in a directory that the immutable target can write to. */
export function isWritableOnImmutable(path: string): boolean {
  return writablePaths.some((directory) => isBelow(path, directory))
}

/** Of those the ones that are still there after a boot; the others lie in memory. */
const lastingPaths = ['/etc', '/var'] as const

/** In /var and yet in memory: systemd links them to /run. https://www.freedesktop.org/software/systemd/man/latest/file-hierarchy.html */
const fleetingInVar = ['/var/run', '/var/lock'] as const

/** True when what is written to `path` of the immutable target outlasts a boot. */
export function outlastsBootOfImmutable(path: string): boolean {
  return (
    lastingPaths.some((directory) => isBelow(path, directory)) &&
    !fleetingInVar.some((directory) => isBelow(path, directory))
  )
}
