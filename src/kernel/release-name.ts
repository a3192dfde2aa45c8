import { compareEvr } from './rpm-version.ts'

/** A kernel release taken apart: `4.18.0-348.7.1.el8_5.x86_64`. */
export interface KernelRelease {
  version: string
  release: string
  /** `el8`, `el8_5`, `an8`, `an8_6`, `an23`, `al8`, `lifsea8`. */
  dist: string
  arch: string
}

const pattern =
  /^(\d+\.\d+\.\d+)-(.+)\.((?:el8|an8|el8_\d+|an8_\d+|an23|al8|lifsea8))\.(x86_64|aarch64|loongarch64)$/

/** Takes a distribution's kernel release apart; null for names no distribution kernel has (elrepo, uek, own builds). */
export function parseKernelRelease(release: string): KernelRelease | null {
  const [, version, build, dist, arch] = pattern.exec(release) ?? []
  if (version === undefined || build === undefined || dist === undefined || arch === undefined) return null
  return { version, release: build, dist, arch }
}

/** Orders two `uname -r` values as rpm orders the packages. */
export function compareKernelReleases(a: string, b: string): number {
  return compareEvr(withoutArch(a), withoutArch(b))
}

function withoutArch(release: string): string {
  return release.replace(/\.(x86_64|aarch64|loongarch64|noarch)$/, '')
}
