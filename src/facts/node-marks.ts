import type { CollectorInput } from '../model/collector.ts'
import { FactGap } from '../model/collector.ts'
import { distinct, linesOf } from './marked.ts'
import type { NodeParts, Program } from './node-answer.ts'
import { hasProgram } from './node-answer.ts'
import { parseLoadedUnits } from './unit-files.ts'

const unitDirectories = [
  '/etc/systemd/system',
  '/run/systemd/system',
  '/usr/local/lib/systemd/system',
  '/usr/lib/systemd/system',
] as const

/** Where the unit file of a service may lie, the one that wins first; a name may be a pattern. */
export function unitPaths(unit: string): string[] {
  return unitDirectories.map((directory) => `${directory}/${unit}`)
}

/** Names of the units with a file, or that systemd holds; masked ones do not count. `unit` may be a pattern of `*`. */
export function unitsHere(input: CollectorInput, parts: NodeParts, unit: string): string[] {
  const files = unitPaths(unit).flatMap((path) => input.pathsMatching(path))
  const masked = new Set(
    files.filter((path) => input.paths.get(path)?.target === '/dev/null').map((path) => nameOf(path)),
  )
  const loaded = [...parseLoadedUnits(linesOf(parts, 'units'))]
    .filter(([name, { load }]) => matches(name, unit) && load !== 'masked')
    .map(([name]) => name)
  return distinct([...files.map((path) => nameOf(path)), ...loaded]).filter((name) => !masked.has(name))
}

/** Names of the processes of the host itself; those of pods are left out. */
export function processesOf(parts: NodeParts): ReadonlySet<string> {
  return new Set(linesOf(parts, 'processes').flatMap((line) => /^\d+ (\S+)$/.exec(line)?.[1] ?? []))
}

/** True when the answer comes from a script that looked for processes and read every directory of this version. */
export function looksAround(parts: NodeParts): boolean {
  return parts.has('processes')
}

/** A Kubernetes that brings its kubelet and containerd with it, and starts them itself. */
export interface Distribution {
  name: 'k3s' | 'rke2'
  units: readonly string[]
}

const distributions = [
  { name: 'k3s', pattern: 'k3s*.service', processes: ['k3s', 'k3s-server', 'k3s-agent'] },
  { name: 'rke2', pattern: 'rke2-*.service', processes: ['rke2'] },
] as const

/** Paths to ask for so that `distributionOf` can answer. */
export const distributionPaths: readonly string[] = distributions.flatMap(({ pattern }) => [
  ...unitPaths(pattern),
  `/etc/systemd/system/*.wants/${pattern}`,
])

/** The distribution that is set up or runs here; null when none is. */
export function distributionOf(input: CollectorInput, parts: NodeParts): Distribution | null {
  const running = processesOf(parts)
  for (const { name, pattern, processes } of distributions) {
    const units = unitsHere(input, parts, pattern)
    if (units.length > 0 || processes.some((process) => running.has(process))) return { name, units }
  }
  return null
}

/** What says that a program is here although its file was not found. */
export interface Marks {
  program: Program
  unit: string
  sockets: readonly string[]
}

/** "Not installed" is only said where nothing speaks against it: else throws a FactGap. */
export function refuseToDeny(input: CollectorInput, parts: NodeParts, marks: Marks): void {
  const { program, unit, sockets } = marks
  if (hasProgram(parts, program)) return
  const [found] = [
    ...(processesOf(parts).has(program) ? [`a process ${program} runs`] : []),
    ...sockets.filter((path) => input.paths.get(path)?.kind === 'other').map((path) => `${path} is there`),
    ...unitsHere(input, parts, unit).map((name) => `${name} is set up`),
  ]
  if (found !== undefined) throw new FactGap('failed', `${found}, but the program ${program} was not found`)
  if (parts.has('processes unread')) {
    throw new FactGap('failed', `processes could not be listed: ${program} may run from an unusual directory`)
  }
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

function matches(name: string, pattern: string): boolean {
  const [start = '', end] = pattern.split('*')
  return end === undefined ? name === pattern : name.startsWith(start) && name.endsWith(end)
}
