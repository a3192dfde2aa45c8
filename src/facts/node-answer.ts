import type { CollectorInput } from '../model/collector.ts'
import type { Certificate } from '../model/facts-container.ts'
import { parseCertificate } from './certificate.ts'
import { linesOf, namesOf, parseMarked } from './marked.ts'
import { parseLoadedUnits } from './unit-files.ts'

export type NodeParts = ReadonlyMap<string, readonly string[]>

/** Parts of the answer to `nodeScript`. */
export function nodeParts(stdout: string): NodeParts {
  return parseMarked(stdout)
}

/** Packages that bring each program, the usual one first. */
const packagesOf = {
  kubelet: ['kubelet'],
  kubeadm: ['kubeadm'],
  kubectl: ['kubectl'],
  containerd: ['containerd.io', 'containerd'],
  dockerd: ['docker-ce', 'moby-engine', 'docker', 'docker-engine'],
  crio: ['cri-o'],
  podman: ['podman'],
  k3s: ['k3s'],
  rke2: ['rke2-server', 'rke2-agent', 'rke2-common'],
} as const
export type Program = keyof typeof packagesOf

/** True when the program was found on the host: in a directory, by a unit, or as what a process runs. */
export function hasProgram(parts: NodeParts, program: Program): boolean {
  return (
    linesOf(parts, 'binaries').some((path) => path.endsWith(`/${program}`)) ||
    namesOf(parts, `program ${program} `).length > 0
  )
}

/** Version of a program without a leading `v`, from its package or from itself; null when neither says. */
export function versionOf(parts: NodeParts, program: Program): string | null {
  const own = linesOf(parts, `version ${program}`).join(' ')
  const told = /(?:^|[^\d.])(\d+\.\d+\.\d+[\w.+-]*)/.exec(own)?.[1] ?? /(\d+\.\d+[\w.+-]*)/.exec(own)?.[1]
  if (told !== undefined) return told.replace(/[.,]$/, '')
  if (!hasProgram(parts, program)) return null
  const owners = linesOf(parts, 'owners').map((line) => line.split(' '))
  const names: readonly string[] = packagesOf[program]
  const owner = owners.find(
    ([word, name]) => word === 'package' && name !== undefined && names.includes(name),
  )
  return owner?.[2] ?? null
}

/** Running and enabled, from systemd when it answered, else from links and control groups on disk. */
export function stateOf(
  input: CollectorInput,
  parts: NodeParts,
  unit: string,
): { active: boolean; enabled: boolean } {
  const loaded = parseLoadedUnits(linesOf(parts, 'units'))
  const active =
    loaded.get(unit)?.active === 'active' ||
    (loaded.size === 0 &&
      statePaths(unit)
        .slice(1)
        .some((path) => input.paths.has(path)))
  return { active, enabled: input.pathsMatching(`/etc/systemd/system/*.wants/${unit}`).length > 0 }
}

/** The same for several units, any of which starts the program. */
export function stateOfAny(
  input: CollectorInput,
  parts: NodeParts,
  units: readonly string[],
): { active: boolean; enabled: boolean } {
  const states = units.map((unit) => stateOf(input, parts, unit))
  return {
    active: states.some(({ active }) => active),
    enabled: states.some(({ enabled }) => enabled),
  }
}

/** Paths to ask for so that `stateOf` can answer for a unit. */
export function statePaths(unit: string): string[] {
  return [
    `/etc/systemd/system/*.wants/${unit}`,
    `/sys/fs/cgroup/system.slice/${unit}`,
    `/sys/fs/cgroup/systemd/system.slice/${unit}`,
  ]
}

/** Expiry of the certificates whose path begins with one of `prefixes`; null when some could not be read. */
export function certificatesOf(parts: NodeParts, prefixes: readonly string[]): Certificate[] | null {
  const here = (path: string): boolean => prefixes.some((prefix) => path.startsWith(prefix))
  if (namesOf(parts, 'denied ').some((path) => here(path) && /\.(?:crt|pem)$/.test(path))) return null
  const read = namesOf(parts, 'certificate ')
    .filter((path) => here(path) && linesOf(parts, `certificate ${path}`).length > 0)
    .map((path) => ({ path, certificate: parseCertificate(linesOf(parts, `certificate ${path}`)) }))
  if (read.some(({ certificate }) => certificate === null)) return null
  return read.flatMap(({ path, certificate }) =>
    certificate === null ? [] : [{ path, notAfter: certificate.notAfter }],
  )
}
