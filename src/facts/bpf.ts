import { z } from 'zod'
import { defineCollector } from '../model/collector.ts'
import type { Bpf } from '../model/facts-kernel.ts'
import { linesOf, parseMarked } from './marked.ts'
import { lineOf } from './values.ts'

const jit = '/proc/sys/net/core/bpf_jit_enable'
const unprivileged = '/proc/sys/kernel/unprivileged_bpf_disabled'

const script = `
printf '\\036pinned\\n'
set -- /sys/fs/bpf/*
[ ! -e "$1" ] || find /sys/fs/bpf -mindepth 1 -maxdepth 4 -print | head -n 501
command -v bpftool || exit 0
printf '\\036programs\\n'
bpftool -j prog show
printf '\\n\\036maps\\n'
bpftool -j map show
printf '\\n\\036features\\n'
bpftool -j feature probe kernel
exit 0`

/** BPF in use, and what this kernel's BPF can do. */
export const bpf = defineCollector({
  fact: 'bpf',
  set: 'full',
  command: 'find /sys/fs/bpf; bpftool prog show; bpftool map show; bpftool feature probe',
  files: [jit, unprivileged],
  paths: ['/sys/kernel/btf/vmlinux'],
  script,
  timeoutMs: 15_000,
  maxBytes: 2 * 1024 * 1024,
  parse(input) {
    const parts = parseMarked(input.stdout)
    const json = (name: string): unknown => parseJson(linesOf(parts, name).join('\n'))
    const programs = Programs.safeParse(json('programs')).data ?? null
    const maps = Maps.safeParse(json('maps')).data ?? null
    const level = lineOf(input, unprivileged)
    return {
      btf: input.paths.has('/sys/kernel/btf/vmlinux'),
      jit: jitOf(lineOf(input, jit)),
      // 0 = everybody may, 1 and 2 = not without privilege (kernel.rst, unprivileged_bpf_disabled).
      unprivilegedDisabled: level === null ? null : level !== '0',
      pinned: [
        ...input.atMost(
          linesOf(parts, 'pinned').filter((path) => path.startsWith('/')),
          500,
          'pinned objects',
        ),
      ],
      programs: programs === null ? null : countPrograms(programs),
      maps:
        maps === null
          ? null
          : counted(maps.map(({ type }) => type)).map(([type, count]) => ({ type, count })),
      features: featuresOf(json('features')),
    }
  },
})

const Programs = z.array(z.object({ type: z.string(), name: z.string().optional() }))
const Maps = z.array(z.object({ type: z.string() }))
const Features = z.object({
  program_types: z.record(z.string(), z.unknown()).optional(),
  map_types: z.record(z.string(), z.unknown()).optional(),
  helpers: z.record(z.string(), z.unknown()).optional(),
})

function parseJson(text: string): unknown {
  if (text === '') return null
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

function jitOf(word: string | null): boolean | null {
  return word === null ? null : word !== '0'
}

function counted(names: readonly string[]): [string, number][] {
  const counts = new Map<string, number>()
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1)
  return [...counts].toSorted(([a], [b]) => (a < b ? -1 : 1))
}

function countPrograms(programs: z.infer<typeof Programs>): NonNullable<Bpf['programs']> {
  return counted(programs.map(({ type }) => type)).map(([type, count]) => {
    const names = programs
      .filter((program) => program.type === type)
      .flatMap(({ name }) => (name ? [name] : []))
    return { type, count, names: [...new Set(names)].slice(0, 50) }
  })
}

/** bpftool writes `have_kprobe_prog_type: true`, and helpers as lists by program type. */
function featuresOf(value: unknown): Bpf['features'] {
  const parsed = Features.safeParse(value).data
  if (parsed === undefined || (parsed.program_types === undefined && parsed.map_types === undefined))
    return null
  const have = (group: Record<string, unknown> | undefined, suffix: string): string[] =>
    Object.entries(group ?? {})
      .filter(([, yes]) => yes === true)
      .map(([name]) => name.replace(/^have_/, '').replace(suffix, ''))
      .toSorted()
  const helpers = Object.values(parsed.helpers ?? {}).flatMap(
    (list) => z.array(z.string()).safeParse(list).data ?? [],
  )
  return {
    programTypes: have(parsed.program_types, '_prog_type'),
    mapTypes: have(parsed.map_types, '_map_type'),
    helpers: [...new Set(helpers)].toSorted(),
  }
}
