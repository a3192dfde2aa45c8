import { MigrationError } from '../model/errors.ts'
import { profileValue } from '../model/profile-fields.ts'
import type { IgnitionSpec } from '../model/os-profile.ts'
import type { IgnitionConfig } from './config.ts'
import { storageDevices } from './storage-devices.ts'
import { lintIgnition } from './lint.ts'
import type { IgnitionIssue } from './lint-issue.ts'
import { mergeConfigs } from './merge-configs.ts'
import { containerdPiece } from './piece-containerd.ts'
import { dataPiece, preservedFilesystems } from './piece-data.ts'
import {
  hostnamePiece,
  hostsPiece,
  kernelArgumentsPiece,
  modulesPiece,
  networkPiece,
  proxyPiece,
  sysctlPiece,
  timePiece,
  trustPiece,
  usersPiece,
} from './piece-host.ts'
import { kubeletPiece } from './piece-kubelet.ts'
import { lossesPiece } from './piece-losses.ts'
import { swapPiece } from './piece-swap.ts'
import { preservedGuard } from './preserved-guard.ts'
import { refuseUnfit, type IgnitionRequest, type OpenMatter, type Piece } from './request.ts'
import { isNewer, oldestSpec } from './spec-features.ts'

/** Every part of a configuration, in the order in which it is made. */
const pieces = {
  hostname: hostnamePiece,
  hosts: hostsPiece,
  network: networkPiece,
  kernelArguments: kernelArgumentsPiece,
  modules: modulesPiece,
  sysctl: sysctlPiece,
  time: timePiece,
  proxy: proxyPiece,
  users: usersPiece,
  trust: trustPiece,
  containerd: containerdPiece,
  kubelet: kubeletPiece,
  data: dataPiece,
  swap: swapPiece,
  losses: lossesPiece,
} as const satisfies Record<string, (request: IgnitionRequest) => Piece>
export type PieceName = keyof typeof pieces

/** A configuration, where each part of it comes from, and what of the old system it does not hold. */
export interface BuiltConfig {
  config: IgnitionConfig
  parts: { name: PieceName | 'ownConfig'; from: readonly string[]; paths: readonly string[] }[]
  /** Not in it, and accepted by nobody. */
  open: OpenMatter[]
  /** Warnings of the linter; errors are thrown. */
  warnings: IgnitionIssue[]
}

/** Written when nothing older or newer is asked for: Ignition 2.14 and everything after it reads it. */
const usualSpec: IgnitionSpec = '3.3.0'

/**
 * The Ignition configuration of a node. It holds no secret: a token is a placeholder until the configuration is fetched. Throws
 * FACTS_INCOMPLETE, PROFILE_INCOMPLETE and PROFILE_UNFIT when it cannot be made for sure.
 */
export function buildIgnition(request: IgnitionRequest): BuiltConfig {
  const made = Object.entries(pieces).map(([name, make]) => ({
    name: name as PieceName,
    piece: make(request),
  }))
  const own = withOwn(request, assemble(made.map(({ piece }) => piece)))
  const config = withSpec(request, own.config)
  const { issues } = lintIgnition(config, { maxSpec: profileValue(request.profile, 'ignition.maxSpec') })
  const kept = preservedFilesystems(request)
  const guarded = kept.length === 0 ? [] : preservedGuard(config, kept, storageDevices(request))
  const errors = [...issues, ...guarded].filter(({ severity }) => severity === 'error')
  if (errors.length > 0) throw notClean(request, errors)
  const outside = unwritablePaths(request, config)
  if (outside.length > 0)
    refuseUnfit(
      request,
      `${outside.join(', ')} would lie where the system takes no writes: ${profileValue(request.profile, 'paths.writable').join(', ')}`,
    )
  const accepted = new Set(request.settings.accept)
  return {
    config,
    parts: [
      ...made.map(({ name, piece }) => ({ name, from: piece.from, paths: pathsOf(piece) })),
      ...own.parts,
    ],
    open: [...made.flatMap(({ piece }) => piece.open ?? []), ...own.open].filter(
      ({ id }) => !accepted.has(id),
    ),
    warnings: issues.filter(({ severity }) => severity === 'warning'),
  }
}

function assemble(made: readonly Piece[]): IgnitionConfig {
  const files = made.flatMap((piece) => piece.files ?? [])
  const filesystems = made.flatMap((piece) => piece.filesystems ?? [])
  const units = made.flatMap((piece) => piece.units ?? [])
  const users = made.flatMap((piece) => piece.users ?? [])
  const shouldExist = made.flatMap((piece) => piece.kernelArguments ?? [])
  return {
    ignition: { version: usualSpec },
    ...(shouldExist.length === 0 ? {} : { kernelArguments: { shouldExist } }),
    ...(users.length === 0 ? {} : { passwd: { users } }),
    storage: { files, ...(filesystems.length === 0 ? {} : { filesystems }) },
    ...(units.length === 0 ? {} : { systemd: { units } }),
  }
}

/** Whatever the team's own configuration says otherwise than what is made of the host has to be accepted by name. */
function withOwn(
  { ownConfig }: IgnitionRequest,
  made: IgnitionConfig,
): Pick<BuiltConfig, 'config' | 'parts' | 'open'> {
  if (ownConfig === undefined) return { config: made, parts: [], open: [] }
  const { config, conflicts } = mergeConfigs(made, ownConfig)
  const { files, directories, links } = ownConfig.storage ?? {}
  const nodes = [...(files ?? []), ...(directories ?? []), ...(links ?? [])]
  const piece: Piece = {
    from: [],
    units: ownConfig.systemd?.units ?? [],
    users: ownConfig.passwd?.users ?? [],
    filesystems: ownConfig.storage?.filesystems ?? [],
    kernelArguments: ownConfig.kernelArguments?.shouldExist ?? [],
  }
  return {
    config,
    parts: [
      {
        name: 'ownConfig',
        from: ['settings.ownConfig'],
        paths: [...nodes.map(({ path }) => path), ...pathsOf(piece)],
      },
    ],
    open: conflicts.map(({ path }) => ({
      id: `own:${path.join('.')}`,
      why: {
        en: 'your own configuration says otherwise than what is made of the host, and counts',
        zh: '自有配置与根据主机生成的内容不一致，以自有配置为准',
      },
    })),
  }
}

/** The usual specification, an older one for a system that reads no newer, a newer one for what needs it. */
function withSpec(request: IgnitionRequest, config: IgnitionConfig): IgnitionConfig {
  const maxSpec = profileValue(request.profile, 'ignition.maxSpec')
  const { spec, because } = oldestSpec(config)
  if (isNewer(spec, maxSpec))
    refuseUnfit(
      request,
      `${because?.name} needs Ignition ${spec}, and ${request.profile.name} reads up to ${maxSpec}`,
    )
  const usual = isNewer(usualSpec, maxSpec) ? maxSpec : usualSpec
  return { ...config, ignition: { ...config.ignition, version: isNewer(spec, usual) ? spec : usual } }
}

function unwritablePaths({ profile }: IgnitionRequest, { storage }: IgnitionConfig): string[] {
  const writable = profileValue(profile, 'paths.writable')
  return [...(storage?.files ?? []), ...(storage?.directories ?? []), ...(storage?.links ?? [])]
    .map(({ path }) => path)
    .filter(
      (path) => !writable.some((directory) => path.startsWith(directory === '/' ? '/' : `${directory}/`)),
    )
}

function pathsOf({ files, units, users, filesystems, kernelArguments }: Piece): string[] {
  return [
    ...(files ?? []).map(({ path }) => path),
    ...(units ?? []).flatMap(({ name, contents, dropins }) => [
      ...(isWritten(contents) || (dropins ?? []).length === 0 ? [`/etc/systemd/system/${name}`] : []),
      ...(dropins ?? []).map((dropin) => `/etc/systemd/system/${name}.d/${dropin.name}`),
    ]),
    ...(users ?? []).map(({ name }) => `user ${name}`),
    ...(filesystems ?? []).map(({ device }) => device),
    ...(kernelArguments ?? []).map((argument) => `kernel argument ${argument}`),
  ]
}

function isWritten(contents: string | null | undefined): boolean {
  return contents !== undefined && contents !== null
}

function notClean({ node }: IgnitionRequest, errors: readonly IgnitionIssue[]): MigrationError {
  const lines = errors.slice(0, 20).map(({ path, message }) => `${path.join('.')}: ${message.en}`)
  return new MigrationError('IGNITION_INVALID', `${node.name}: ${lines.join('\n')}`, {
    hint: 'facts and settings together make a configuration that would fail on the machine: change the settings',
    details: { host: node.name },
  })
}
