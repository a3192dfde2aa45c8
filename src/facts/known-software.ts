/** A piece of software and the marks that it leaves on a host: any one of them is enough. */
export interface KnownSoftware {
  id: string
  name: string
  /** Package names; a `*` at the end stands for any ending. */
  packages?: readonly string[]
  /** systemd units without `.service`. */
  units?: readonly string[]
  paths?: readonly string[]
}

/** Where the unit file of a service may lie. */
function unitPaths(unit: string): string[] {
  return [`/usr/lib/systemd/system/${unit}.service`, `/etc/systemd/system/${unit}.service`]
}

/** Every path whose existence is a mark of one of `rows`; units below /etc by one pattern, which others ask for too. */
export function marksOf(rows: readonly KnownSoftware[]): string[] {
  const vendorUnits = rows.flatMap((row) =>
    (row.units ?? []).map((unit) => `/usr/lib/systemd/system/${unit}.service`),
  )
  return ['/etc/systemd/system/*.service', ...vendorUnits, ...rows.flatMap((row) => row.paths ?? [])]
}

/** The first mark of `row` that is there, in words for people; null when none is. */
export function markOf(
  row: KnownSoftware,
  marks: { has(path: string): boolean },
  packages: ReadonlySet<string>,
): string | null {
  const installed = (row.packages ?? []).flatMap((pattern) => packageLike(pattern, packages) ?? [])[0]
  if (installed !== undefined) return `package ${installed}`
  const unit = (row.units ?? []).find((unit) => unitPaths(unit).some((path) => marks.has(path)))
  if (unit !== undefined) return `unit ${unit}.service`
  const path = (row.paths ?? []).find((path) => marks.has(path))
  return path === undefined ? null : `path ${path}`
}

function packageLike(pattern: string, packages: ReadonlySet<string>): string | undefined {
  if (!pattern.endsWith('*')) return packages.has(pattern) ? pattern : undefined
  const prefix = pattern.slice(0, -1)
  return [...packages].find((name) => name.startsWith(prefix))
}
