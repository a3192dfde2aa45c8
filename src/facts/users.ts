import { defineCollector, FactGap } from '../model/collector.ts'
import type { CollectorInput } from '../model/collector.ts'
import type { Users } from '../model/facts-services.ts'
import { linesOf, namesOf, parseMarked, wholeNumber } from './marked.ts'
import { systemAccounts } from './system-accounts.ts'

/** Keys become fingerprints on the host: a key as such never travels. At most 200 accounts with keys are read. */
const script = `if ! command -v ssh-keygen >/dev/null 2>&1; then
  printf '\\036no ssh-keygen\\n'
  exit 0
fi
n=0
while IFS=: read -r name password uid gid gecos home shell; do
  for f in "$home/.ssh/authorized_keys" "$home/.ssh/authorized_keys2"; do
    [ -f "$f" ] && [ -s "$f" ] || continue
    if [ "$n" -ge 200 ]; then printf '\\036more keys\\n'; break 2; fi
    n=$((n + 1))
    if [ -r "$f" ]; then
      printf '\\036keys %s\\n' "$name"
      ssh-keygen -lf "$f" 2>/dev/null </dev/null
    else
      printf '\\036denied %s\\n' "$name"
    fi
  done
done </etc/passwd
exit 0
`

/** Accounts and groups that the distribution did not make, fingerprints of their keys, names of sudoers files. */
export const users = defineCollector({
  fact: 'users',
  set: 'full',
  command: 'getent passwd; getent group; ssh-keygen -lf ~/.ssh/authorized_keys; ls /etc/sudoers.d',
  script,
  files: ['/etc/passwd', '/etc/group'],
  paths: ['/etc/sudoers', '/etc/sudoers.d/*'],
  parse(input) {
    const passwd = input.text('/etc/passwd')
    if (passwd === undefined) throw new FactGap('failed', '/etc/passwd is missing')
    const parts = parseMarked(input.stdout)
    const value: Users = {
      users: passwd.split('\n').flatMap((line) => parseUser(line) ?? []),
      groups: (input.text('/etc/group') ?? '').split('\n').flatMap((line) => parseGroup(line) ?? []),
      authorizedKeys: namesOf(parts, 'keys ').flatMap((user) =>
        linesOf(parts, `keys ${user}`).flatMap((line) => {
          const key = parseFingerprint(line)
          return key === null ? [] : [{ user, ...key }]
        }),
      ),
      sudoersFiles: [...input.pathsMatching('/etc/sudoers.d/*')],
    }
    const missing = notesOf(input, parts)
    return missing.length === 0 ? value : { value, degraded: missing.join('; ') }
  },
})

function notesOf(input: CollectorInput, parts: ReadonlyMap<string, readonly string[]>): string[] {
  const denied = namesOf(parts, 'denied ')
  return [
    ...(parts.has('no ssh-keygen') ? ['ssh-keygen is not installed: authorized keys absent'] : []),
    ...(denied.length > 0
      ? [`not allowed to read the authorized keys of ${denied.slice(0, 5).join(', ')}`]
      : []),
    ...(parts.has('more keys') ? ['only 200 files of authorized keys were read'] : []),
    ...(input.privilege === 'user'
      ? ['read without root: keys of other users and sudoers files absent']
      : []),
  ]
}

/** A line of passwd; null for the distribution's own accounts and for lines that are none. */
export function parseUser(line: string): Users['users'][number] | null {
  const [name, , uid, gid, , home, shell] = line.split(':')
  const [userId, groupId] = [wholeNumber(uid), wholeNumber(gid)]
  if (name === undefined || home === undefined || shell === undefined) return null
  if (!/^[\w.][\w.@$-]*$/.test(name) || userId === null || groupId === null) return null
  const own = userId < 1000 || userId === 65_534 ? systemAccounts.has(name) : false
  return own ? null : { name, uid: userId, gid: groupId, home, shell }
}

/** A line of group; null for the distribution's own groups without members. */
export function parseGroup(line: string): Users['groups'][number] | null {
  const [name, , gid, list] = line.split(':')
  const id = wholeNumber(gid)
  if (name === undefined || list === undefined || id === null || !/^[\w.][\w.@$-]*$/.test(name)) return null
  const members = list
    .split(',')
    .map((member) => member.trim())
    .filter((member) => member !== '')
  const foreign = members.filter((member) => !systemAccounts.has(member))
  if ((id < 1000 || id === 65_534) && systemAccounts.has(name) && foreign.length === 0) return null
  return { name, gid: id, members }
}

/** `256 SHA256:abc... comment (ED25519)`: the comment stays on the floor. */
export function parseFingerprint(line: string): { type: string; fingerprint: string } | null {
  const [, fingerprint, type] = /^\d+ ((?:SHA256|MD5):[\w+/:=]+) .*\(([\w-]+)\)$/.exec(line) ?? []
  return fingerprint === undefined || type === undefined ? null : { type, fingerprint }
}
