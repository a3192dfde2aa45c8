import { defineCollector, FactGap } from '../model/collector.ts'
import { linesOf, parseMarked } from './marked.ts'

/** Most rows kept: a host with more was changed wholesale, and the rest says nothing new. */
const most = 5000

/** `rpm -Va`: what differs from the packages. Digests are compared, so it reads every packaged file: only with --deep. */
export const modifiedFiles = defineCollector({
  fact: 'modifiedFiles',
  set: 'deep',
  command: 'rpm -Va --nodeps --noscripts',
  timeoutMs: 300_000,
  maxBytes: 1024 * 1024,
  script: `if ! command -v rpm >/dev/null 2>&1; then
  printf '\\036no rpm\\n'
  exit 0
fi
printf '\\036files\\n'
nice -n 19 rpm -Va --nodeps --noscripts 2>/dev/null </dev/null
printf '\\036end\\n'
`,
  parse({ stdout }) {
    const parts = parseMarked(stdout)
    if (parts.has('no rpm')) throw new FactGap('command-missing', 'rpm is not installed')
    if (!parts.has('files')) throw new FactGap('failed', 'rpm -Va did not start')
    const files = linesOf(parts, 'files').flatMap((line) => parseVerifyLine(line) ?? [])
    const truncated = !parts.has('end') || files.length > most
    return { files: files.slice(0, most), truncated }
  },
})

/** `S.5....T.  c /etc/ssh/sshd_config`, `missing     /usr/share/x`, `missing   d /usr/share/doc/x (Permission denied)`. */
export function parseVerifyLine(
  line: string,
): { path: string; flags: string; attribute: string | null } | null {
  const match = /^([SM5DLUGTP.?]{8,9}|missing)\s+(?:([cdglrna])\s+)?(\/.*)$/.exec(line)
  if (match === null) return null
  const [, flags = '', attribute, path = ''] = match
  if (/^\.+$/.test(flags)) return null
  return { path: path.replace(/ \([^()]*\)$/, ''), flags, attribute: attribute ?? null }
}
