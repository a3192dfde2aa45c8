import { z } from 'zod'
import type { Host } from '../model/ports.ts'
import { StepError } from '../model/step-error.ts'
import { shorten, visibleLine } from '../model/visible-text.ts'

/** What is at a path of a host, as far as it tells whether the same is there another time. */
export const KeptLook = z.object({
  path: z.string(),
  kind: z.enum(['directory', 'file', 'device', 'none']),
  /** Of the file system; empty when it has none that can be told (network shares, overlays). */
  uuid: z.string(),
  fstype: z.string(),
  source: z.string(),
  /** The first entries by the order of their bytes, `d name`, as `printf %q` writes them; at most as many as were asked for. */
  entries: z.array(z.string()),
  /** Files, directories and links below it on its file system, and their apparent size; null = not counted, or not in time. */
  inodes: z.int().min(0).nullable(),
  bytes: z.int().min(0).nullable(),
})
export type KeptLook = z.infer<typeof KeptLook>

const marker = 'osferry-kept'

/**
 * Arguments: marker, path, most entries, seconds for each count (0 = do not count). The mount that holds the path is the longest
 * one of the kernel's list, the last of several at one place; names of devices may change with the kernel, UUIDs do not.
 */
const script = `
export LC_ALL=C
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
marker=$1 path=$2 most=$3 seconds=$4
tell() { printf '%s %s=%s\\n' "$marker" "$1" "$2"; }
if [ -d "$path" ]; then kind=directory; elif [ -f "$path" ]; then kind=file; elif [ -e "$path" ]; then kind=device; else kind=none; fi
tell kind "$kind"
if [ "$kind" != none ]; then
  real=$(realpath -e -- "$path" && printf x)
  real=\${real%?x}
  best='' about=''
  while read -r _ _ _ _ at rest; do
    printf -v at %b "$at"
    under=\${at%/}
    case $real/ in
      "$under"/*) if [ "\${#at}" -ge "\${#best}" ]; then best=$at about=\${rest#* - }; fi ;;
    esac
  done </proc/self/mountinfo
  source=\${about#* }
  source=\${source%% *}
  tell fstype "\${about%% *}"
  tell source "$source"
  case $source in
    /dev/*)
      printf -v device %b "$source"
      tell uuid "$(blkid -c /dev/null -o value -s UUID "$device" 2>/dev/null)"
      ;;
  esac
fi
if [ "$kind" = directory ]; then
  ls -AU -- "$path" >/dev/null 2>&1 && tell readable yes
  shopt -s nullglob dotglob
  count=0
  for entry in "$path"/*; do
    name=\${entry##*/}
    [ "$name" != lost+found ] || continue
    if [ "$count" -ge "$most" ]; then tell cut yes; break; fi
    if [ -L "$entry" ]; then type=l; elif [ -d "$entry" ]; then type=d; elif [ -f "$entry" ]; then type=f; else type=o; fi
    printf -v quoted %q "$name"
    tell entry "$type $quoted"
    count=$((count + 1))
  done
fi
if [ "$seconds" != 0 ] && { [ "$kind" = directory ] || [ "$kind" = file ]; }; then
  inodes=$(timeout "$seconds" du -x -s --inodes -- "$path" 2>/dev/null) && tell inodes "\${inodes%%[!0-9]*}"
  bytes=$(timeout "$seconds" du -x -s -b -- "$path" 2>/dev/null) && tell bytes "\${bytes%%[!0-9]*}"
fi
tell end yes
`

const Answer = z.object({
  kind: KeptLook.shape.kind,
  uuid: z.string().max(200).default(''),
  fstype: z.string().max(200).default(''),
  source: z.string().max(4096).default(''),
  readable: z.literal('yes').optional(),
  cut: z.literal('yes').optional(),
  inodes: z.coerce.number().int().min(0).nullable().default(null),
  bytes: z.coerce.number().int().min(0).nullable().default(null),
  end: z.literal('yes'),
})

const longestEntry = 80
const lookMs = 60_000

/** How closely is looked. */
export interface KeptQuestion {
  path: string
  mostEntries: number
  /** For each of the two counts; 0 = nothing is counted. */
  countSeconds: number
}

/** Looks at one path as root; `isCut` = it has more entries than were asked for. Throws DATA_KEPT_NOT_TOLD and HOST_* errors. */
export async function lookAtKept(
  host: Host,
  { path, mostEntries, countSeconds }: KeptQuestion,
  signal: AbortSignal,
): Promise<KeptLook & { isCut: boolean }> {
  const words = [marker, path, String(mostEntries), String(countSeconds)]
  const { stdout, cut } = await host.run({
    argv: ['bash', '--norc', '-c', script, 'osferry', ...words],
    become: true,
    timeoutMs: lookMs + 2 * countSeconds * 1000,
    maxOutputBytes: 4 * 1024 * 1024,
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
  if (answer === undefined || cut !== null) throw notTold(host, path, 'it did not answer what is there')
  const { kind, uuid, fstype, source, inodes, bytes } = answer
  if (kind === 'directory' && answer.readable === undefined) throw notTold(host, path, 'it cannot be read')
  if (kind !== 'none' && fstype === '')
    throw notTold(host, path, 'nobody can tell on which file system it lies')
  const entries = pairs.flatMap(([key, value]) =>
    key === 'entry' ? [shorten(visibleLine(value), longestEntry)] : [],
  )
  return { path, kind, uuid, fstype, source, entries, inodes, bytes, isCut: answer.cut !== undefined }
}

/** Nobody can tell whether data was kept; that is never taken for kept. */
export function notTold(host: Pick<Host, 'name'>, path: string, why: string): StepError {
  return new StepError('config', `whether ${path} of ${host.name} was kept cannot be told: ${why}`, {
    code: 'DATA_KEPT_NOT_TOLD',
  })
}
