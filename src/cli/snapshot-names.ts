const form = /^cluster-(?:(\d{4,9})-)?\d{8}T\d{9}Z\.ndjson$/

/** True for the name of a snapshot of a run; those of earlier versions have no number. */
export function isSnapshotName(name: string): boolean {
  return form.test(name)
}

/** The snapshots among the files of a run, in the order in which they were taken: clocks may be set back, numbers are not. */
export function snapshotsInOrder(names: readonly string[]): string[] {
  return names.filter(isSnapshotName).toSorted((a, b) => numberOf(a) - numberOf(b) || (a < b ? -1 : 1))
}

/** The name of the snapshot that is taken after these; `createdAt` is ISO 8601, for people. */
export function nextSnapshotName(names: readonly string[], createdAt: string): string {
  const last = snapshotsInOrder(names).at(-1)
  const number = String(last === undefined ? 1 : numberOf(last) + 1).padStart(4, '0')
  return `cluster-${number}-${createdAt.replaceAll(/[-:.]/g, '')}.ndjson`
}

/** Without a number it is older than all that have one. */
function numberOf(name: string): number {
  return Number(form.exec(name)?.[1] ?? 0)
}
