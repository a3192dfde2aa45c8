import { readFileSync } from 'node:fs'
import type { MigrationError } from '../../../src/model/errors.ts'
import type { ClusterReader } from '../../../src/model/ports.ts'
import { releases } from '../control-plane/releases.ts'
import type { Release } from '../control-plane/releases.ts'

/** What a real API server answered; the key of a resource is `poddisruptionbudgets.policy`, or `pods` of the core group. */
export interface Recording {
  version: string
  resources: Record<string, { versions: string[]; items: unknown[] }>
}

/** What goes wrong on the way, by resource. */
export interface ReaderFaults {
  /** Thrown before the page of this index (0 = at once). */
  fails?: Readonly<Record<string, { error: MigrationError; page?: number }>>
  /** The list begins again, once, after this many pages. */
  restartAfter?: Readonly<Record<string, number>>
  absent?: readonly string[]
  pageSize?: number
}

/** The recorded answers of a real server. */
export function recordingOf(release: Release): Recording {
  return JSON.parse(readFileSync(recordingPath(release), 'utf8')) as Recording
}

/** Where they are kept. */
export function recordingPath(release: Release): URL {
  return new URL(`../../fixtures/cluster/v${releases[release]}.json`, import.meta.url)
}

export function keyOf({ group, resource }: { group: string; resource: string }): string {
  return group === '' ? resource : `${resource}.${group}`
}

/** Answers as the recorded server did, page by page; `asked` gathers the resources that were listed. */
export function recordedReader(
  { version, resources }: Recording,
  { fails = {}, restartAfter = {}, absent = [], pageSize = 3 }: ReaderFaults = {},
  asked: Set<string> = new Set(),
): ClusterReader {
  return {
    context: 'recorded',
    server: 'https://192.0.2.1:6443',
    version: () => Promise.resolve(version),
    versionsOf(resource) {
      const key = keyOf(resource)
      return Promise.resolve(absent.includes(key) ? [] : (resources[key]?.versions ?? []))
    },
    async *pages(resource) {
      const key = keyOf(resource)
      asked.add(key)
      const { items = [] } = resources[key] ?? {}
      const pages = Math.max(1, Math.ceil(items.length / pageSize))
      let restarts = restartAfter[key] === undefined ? 0 : 1
      let restarted = false
      for (let page = 0; page < pages; page += 1) {
        const fault = fails[key]
        if (fault !== undefined && page === (fault.page ?? 0)) throw fault.error
        yield { items: items.slice(page * pageSize, (page + 1) * pageSize), restarted }
        restarted = restarts > 0 && page + 1 === restartAfter[key]
        if (!restarted) continue
        restarts -= 1
        page = -1
      }
    },
  }
}
