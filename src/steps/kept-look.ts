import { z } from 'zod'
import type { Host } from '../model/ports.ts'
import { notTold } from './kept-failures.ts'

/** What is at a path of a host, as far as it tells whether the same is there another time. */
export const KeptLook = z.object({
  path: z.string(),
  kind: z.enum(['directory', 'file', 'device', 'none']),
  /** Of the file system; empty when it has none that can be told (network shares, overlays). */
  uuid: z.string(),
  fstype: z.string(),
  source: z.string(),
  /** Entries by the order of their bytes, `d name`; any byte but plain ones as `\0NNN`, octal: `printf %b` of every shell reads it. */
  entries: z.array(z.string()),
  /** Files, directories and links below it on its file system, and their apparent size; null = not counted, or not in time. */
  inodes: z.int().min(0).nullable(),
  bytes: z.int().min(0).nullable(),
  /** File systems on disks that are mounted below it: `AT UUID`, or the device where that is not told, as the kernel writes them. */
  mounts: z.array(z.string()).default([]),
  /** A system without `find` tells no sizes, ever. */
  hasFind: z.boolean().default(true),
})
export type KeptLook = z.infer<typeof KeptLook>

const marker = 'osferry-kept'

/**
 * Arguments: marker, path, seconds for each count (0 = do not count), `below` = tell what is mounted there, how many entries, or
 * entries that are looked for. The mount
 * that holds the path is the longest one of the kernel's list, the last of several at one place; names of devices may change with
 * the kernel, UUIDs do not. `printf %q` writes a name otherwise in another release of bash, so names are written here. Sizes are
 * those of files and links: `du -b` of coreutils before 9.2 has those of directories in it, and later ones have not.
 */
const script = `
export LC_ALL=C
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
marker=$1 path=$2 seconds=$3 below=$4 most=$5
shift 5
tell() { printf '%s %s=%s\\n' "$marker" "$1" "$2"; }
tell_entry() {
  local entry=$path/$1 type=o written='' character code i
  if [ -L "$entry" ]; then type=l; elif [ -d "$entry" ]; then type=d; elif [ -f "$entry" ]; then type=f; elif [ ! -e "$entry" ]; then return; fi
  for ((i = 0; i < \${#1}; i++)); do
    character=\${1:i:1}
    case $character in
      [A-Za-z0-9._:@%+=,-]) ;;
      *) printf -v code %d "'$character"; printf -v character '\\\\0%03o' $((code & 255)) ;;
    esac
    written+=$character
  done
  tell entry "$type $written"
}
uuid_of() {
  local device
  case $1 in /dev/*) printf -v device %b "$1" && blkid -c /dev/null -o value -s UUID "$device" 2>/dev/null ;; esac
}
sizes() (
  set -o pipefail
  timeout "$2" find "$1" -xdev '(' -type f -o -type l ')' -printf '%s\\n' 2>/dev/null | {
    sum=0
    while read -r size; do sum=$((sum + size)); done
    printf %s "$sum"
  }
)
if [ -d "$path" ]; then kind=directory; elif [ -f "$path" ]; then kind=file; elif [ -e "$path" ]; then kind=device; else kind=none; fi
tell kind "$kind"
if [ "$kind" != none ]; then
  real=$(realpath -e -- "$path" && printf x)
  real=\${real%?x}
  best='' about='' top=\${real%/}
  while read -r _ _ _ _ written rest; do
    printf -v at %b "$written"
    under=\${at%/}
    case $real/ in
      "$under"/*) if [ "\${#at}" -ge "\${#best}" ]; then best=$at about=\${rest#* - }; fi ;;
    esac
    [ "$below" = below ] || continue
    case $at in "$top"/?*) ;; *) continue ;; esac
    rest=\${rest#* - }
    source=\${rest#* }
    source=\${source%% *}
    case $source in /dev/*) ;; *) continue ;; esac
    uuid=$(uuid_of "$source")
    tell mount "$written \${uuid:-$source}"
  done </proc/self/mountinfo
  source=\${about#* }
  source=\${source%% *}
  tell fstype "\${about%% *}"
  tell source "$source"
  tell uuid "$(uuid_of "$source")"
fi
if [ "$kind" = directory ]; then
  ls -AU -- "$path" >/dev/null 2>&1 && tell readable yes
  for wanted in "$@"; do
    printf -v name %b "\${wanted#* }"
    tell_entry "$name"
  done
  if [ "$most" != 0 ]; then
    shopt -s nullglob dotglob
    count=0
    for entry in "$path"/*; do
      [ "\${entry##*/}" != lost+found ] || continue
      [ "$count" -lt "$most" ] || break
      tell_entry "\${entry##*/}"
      count=$((count + 1))
    done
  fi
fi
if [ "$seconds" != 0 ] && { [ "$kind" = directory ] || [ "$kind" = file ]; }; then
  inodes=$(timeout "$seconds" du -x -s --inodes -- "$real" 2>/dev/null) && tell inodes "\${inodes%%[!0-9]*}"
  if command -v find >/dev/null; then bytes=$(sizes "$real" "$seconds") && tell bytes "$bytes"; else tell find no; fi
fi
tell end yes
`

const Answer = z.object({
  kind: KeptLook.shape.kind,
  uuid: z.string().max(200).default(''),
  fstype: z.string().max(200).default(''),
  source: z.string().max(4096).default(''),
  readable: z.literal('yes').optional(),
  inodes: z.coerce.number().int().min(0).nullable().default(null),
  bytes: z.coerce.number().int().min(0).nullable().default(null),
  find: z.literal('no').optional(),
  end: z.literal('yes'),
})

const lookMs = 60_000

/** How closely is looked. */
export interface KeptQuestion {
  path: string
  /** How many of its first entries are told, or which ones are looked for, as they were told. */
  entries: number | readonly string[]
  /** For each of the two counts; 0 = nothing is counted. */
  countSeconds: number
  /** Whether what is mounted below it is told. */
  hasMounts: boolean
}

/** Looks at one path as root. Throws DATA_KEPT_NOT_TOLD and HOST_* errors. */
export async function lookAtKept(
  host: Host,
  { path, entries: asked, countSeconds, hasMounts }: KeptQuestion,
  signal: AbortSignal,
): Promise<KeptLook> {
  const words = [
    String(countSeconds),
    hasMounts ? 'below' : '-',
    ...(typeof asked === 'number' ? [String(asked)] : ['0', ...asked]),
  ]
  const { stdout, cut } = await host.run({
    argv: ['bash', '--norc', '-c', script, 'osferry', marker, path, ...words],
    become: true,
    timeoutMs: lookMs + 2 * countSeconds * 1000,
    maxOutputBytes: 256 * 1024,
    signal,
  })
  const pairs = new TextDecoder()
    .decode(stdout)
    .split('\n')
    .flatMap((line) => {
      const [, key, value] = new RegExp(`^${marker} ([a-z]+)=(.*)$`).exec(line) ?? []
      return key === undefined || value === undefined ? [] : [[key, value] as const]
    })
  const answer = Answer.safeParse(Object.fromEntries(pairs)).data
  const what = `${path} of ${host.name} was kept`
  if (answer === undefined || cut !== null) throw notTold(what, 'it did not answer what is there')
  const { kind, uuid, fstype, source, inodes, bytes } = answer
  if (kind === 'directory' && answer.readable === undefined) throw notTold(what, 'it cannot be read')
  if (kind !== 'none' && fstype === '') throw notTold(what, 'nobody can tell on which file system it lies')
  const all = (wanted: string): string[] => pairs.flatMap(([key, value]) => (key === wanted ? [value] : []))
  const [entries, mounts] = [all('entry'), all('mount')]
  return {
    path,
    kind,
    uuid,
    fstype,
    source,
    entries,
    inodes,
    bytes,
    mounts,
    hasFind: answer.find === undefined,
  }
}

/** A name of the kernel's list of mounts, in which blanks and the like are octal. */
export function asNamed(written: string): string {
  return written.replaceAll(/\\(\d{3})/g, (_, octal: string) => String.fromCharCode(parseInt(octal, 8)))
}

/** Where a file system of `KeptLook.mounts` is mounted. */
export function mountPoint(mount: string): string {
  const [at = ''] = mount.split(' ')
  return asNamed(at)
}
