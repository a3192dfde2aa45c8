import type { RpmPackage } from './rpm-package.ts'

/** What makes one kind of test host; paths have no leading slash. */
export interface Personality {
  name: string
  /** What it is there to show. */
  story: string
  labels: Readonly<Record<string, string>>
  files: Readonly<Record<string, string>>
  /** Files that carry the host's machine id as MACHINE_ID in name or content. */
  machineFiles: Readonly<Record<string, string>>
  links: Readonly<Record<string, string>>
  directories: readonly string[]
  /** Public certificates: path, subject, days they are good for. */
  certificates: readonly (readonly [string, string, number])[]
  /** Unix sockets that nothing listens on. */
  sockets: readonly string[]
  deviceNodes: readonly (readonly [string, number, number])[]
  /** Program name (below usr/bin unless it is a path) -> body of a sh script that answers as the CentOS 8 program would. */
  commands: Readonly<Record<string, string>>
  packages: readonly RpmPackage[]
}
