import { FactGap } from '../model/collector.ts'
import type { InstalledPackage } from '../model/facts-packages.ts'
import { linesOf, parseMarked, wholeNumber } from './marked.ts'

const fields = '%{NAME}\\t%{EPOCHNUM}\\t%{VERSION}\\t%{RELEASE}\\t%{ARCH}\\t%{INSTALLTIME}'
const signature =
  '%|RSAHEADER?{%{RSAHEADER:pgpsig}}:{%|DSAHEADER?{%{DSAHEADER:pgpsig}}:{%|SIGPGP?{%{SIGPGP:pgpsig}}:{%|SIGGPG?{%{SIGGPG:pgpsig}}:{}|}|}|}|'
const moduleLabel = '%|MODULARITYLABEL?{%{MODULARITYLABEL}}:{}|'
/** Only keys (gpg-pubkey) have PUBKEYS; their summary names the owner, all others are known by their vendor. */
const vendorOrOwner = '%|PUBKEYS?{%{SUMMARY}}:{%|VENDOR?{%{VENDOR}}:{}|}|'

/**
 * dnf's own history says why a package is there: the newest row of each name and architecture counts. The file is
 * opened as immutable, so that SQLite neither locks it nor writes beside it. The set `basic` does without.
 * Source: libdnf, libdnf/transaction/Types.hpp (TransactionItemReason) and sql/create.sql.
 */
const reasonQuery =
  'SELECT r.name, r.arch, t.reason FROM trans_item t JOIN rpm r ON r.item_id = t.item_id WHERE t.id IN ' +
  '(SELECT MAX(u.id) FROM trans_item u JOIN rpm q ON q.item_id = u.item_id GROUP BY q.name, q.arch)'

const reasons: ReadonlyMap<string, PackageRow['reason']> = new Map([
  ['1', 'dependency'],
  ['2', 'user'],
  ['4', 'weak'],
  ['5', 'group'],
])

/**
 * The one query of the package database; facts that need it share this text and so this run. An rpm that does not
 * know MODULARITYLABEL says so and prints no row: it is asked again without it. Digests and signatures are not
 * checked again: that takes a fifth to a half of rpm's time, and only names and versions are read here.
 */
export const installedScript = `if ! command -v rpm >/dev/null 2>&1; then
  printf '\\036no rpm\\n'
  exit 0
fi
printf '\\036packages\\n'
exec 3>&1
e=$(exec rpm -qa --nodigest --nosignature --qf '${fields}\\t${signature}\\t${moduleLabel}\\t${vendorOrOwner}\\n' 2>&1 >&3 </dev/null)
r=$?
case $e in
*'unknown tag'*)
  e=$(exec rpm -qa --nodigest --nosignature --qf '${fields}\\t${signature}\\t\\t${vendorOrOwner}\\n' 2>&1 >&3 </dev/null)
  r=$?
  ;;
esac
exec 3>&-
h=/var/lib/dnf/history.sqlite
if [ "\${set:-}" != basic ] && [ -r "$h" ] && command -v sqlite3 >/dev/null 2>&1; then
  printf '\\036reasons\\n'
  sqlite3 -readonly "file:$h?immutable=1" '${reasonQuery}' 2>/dev/null </dev/null
fi
printf '\\036errors\\n%.500s\\n' "$e"
exit $r
`

/** One row of the package database; keys (gpg-pubkey) are rows too. */
export interface PackageRow extends InstalledPackage {
  /** Owner of a key; null for packages. */
  owner: string | null
}

let last: { stdout: string; rows: readonly PackageRow[] } | null = null

/**
 * Rows of the query; throws a FactGap when there is no rpm or the database gave nothing. The last answer is kept: several
 * facts of a host read it one behind the other.
 */
export function parseInstalled(stdout: string): readonly PackageRow[] {
  if (last?.stdout !== stdout) last = { stdout, rows: rowsOf(stdout) }
  return last.rows
}

function rowsOf(stdout: string): readonly PackageRow[] {
  const parts = parseMarked(stdout)
  if (parts.has('no rpm')) throw new FactGap('command-missing', 'rpm is not installed')
  // Not trimmed: the last fields of a row may be empty.
  const rows = (parts.get('packages') ?? []).flatMap((line) => parseRow(line) ?? [])
  if (rows.length > 0) return withReasons(rows, linesOf(parts, 'reasons'))
  const error = linesOf(parts, 'errors')[0]
  throw new FactGap('failed', error ?? 'the package database holds no packages')
}

/** What rpm complained about beside the rows, for example a damaged header; null when nothing. */
export function queryComplaint(stdout: string): string | null {
  return linesOf(parseMarked(stdout), 'errors')[0] ?? null
}

/** Rows `name|arch|number` of the history. */
function withReasons(rows: readonly PackageRow[], lines: readonly string[]): readonly PackageRow[] {
  if (lines.length === 0) return rows
  const known = new Map(
    lines.map((line): [string, string] => {
      const at = line.lastIndexOf('|')
      return [line.slice(0, at), line.slice(at + 1)]
    }),
  )
  return rows.map((row) => ({
    ...row,
    reason: reasons.get(known.get(`${row.name}|${row.arch}`) ?? '') ?? null,
  }))
}

function parseRow(line: string): PackageRow | null {
  const [name, epoch, version, release, arch, time, signature, label, ...rest] = line.split('\t')
  if (name === undefined || !/^[\w.+-]+$/.test(name)) return null
  if (version === undefined || release === undefined || arch === undefined || signature === undefined)
    return null
  if (label === undefined || version === '' || !/^[\w()]+$/.test(arch)) return null
  const last = rest.join(' ').trim()
  const text = last === '' || last === '(none)' ? null : last
  const isKey = name === 'gpg-pubkey'
  return {
    name,
    epoch: wholeNumber(epoch) ?? 0,
    version,
    release,
    arch,
    vendor: isKey ? null : text,
    keyId: /Key ID ([0-9a-f]{16})/i.exec(signature)?.[1]?.toLowerCase() ?? null,
    installTime: wholeNumber(time),
    module: moduleOf(label),
    reason: null,
    owner: isKey ? text : null,
  }
}

/** `nodejs:10:8030020201124:30b713e6` -> `nodejs:10`. */
function moduleOf(label: string): string | null {
  const [name, stream] = label.split(':')
  return name === undefined || name === '' || name === '(none)' || stream === undefined
    ? null
    : `${name}:${stream}`
}
