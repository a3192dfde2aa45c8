import type { File, IgnitionConfig } from './config.ts'
import { doubt, problem, repeated, type IgnitionIssue, type LintRule } from './lint-issue.ts'

interface PlacedNode {
  kind: 'files' | 'directories' | 'links'
  index: number
  path: string
}

/** Files, directories and links in the order in which Ignition counts them: they share one space of names. */
function nodesOf({ storage }: IgnitionConfig): PlacedNode[] {
  const kinds = ['directories', 'files', 'links'] as const
  return kinds.flatMap((kind) => (storage?.[kind] ?? []).map(({ path }, index) => ({ kind, index, path })))
}

/** Paths are absolute, stand once, and none lies below a link of the same configuration. */
export const pathRule: LintRule = (config) => {
  const nodes = nodesOf(config)
  const links = nodes.filter(({ kind }) => kind === 'links').map(({ path }) => tidy(path))
  const place = ({ kind, index }: PlacedNode): PropertyKey[] => ['storage', kind, index]
  return [
    ...nodes.flatMap((node) => {
      if (!node.path.startsWith('/'))
        return [
          problem('path', [...place(node), 'path'], { en: 'is not an absolute path', zh: '不是绝对路径' }),
        ]
      const link = links.find((link) => tidy(node.path).startsWith(`${link}/`))
      if (link !== undefined)
        return [
          problem('below-link', place(node), {
            en: `lies below ${link}, which is a link here`,
            zh: `位于 ${link} 之下，而它在此配置中是链接`,
          }),
        ]
      return shadowed.test(node.path)
        ? [
            doubt('shadowed', [...place(node), 'path'], {
              en: 'another file system is mounted over it when the system runs: use tmpfiles.d, sysctl.d or udev rules',
              zh: '系统运行后该处会被其他文件系统覆盖：请改用 tmpfiles.d、sysctl.d 或 udev 规则',
            }),
          ]
        : []
    }),
    ...repeated(nodes, ({ path }) => tidy(path)).map(({ item }) =>
      problem('duplicate-path', place(item), {
        en: `${item.path} is written more than once`,
        zh: `${item.path} 被写入多次`,
      }),
    ),
  ]
}

const shadowed = /^\/(tmp|run|proc|sys|dev)(\/|$)/

function tidy(path: string): string {
  return path.replace(/\/+/g, '/').replace(/(?<=.)\/$/, '')
}

/** Modes are decimal in JSON: 420 is 0644, and 644 is 01204. */
export const modeRule: LintRule = (config) =>
  (['files', 'directories'] as const).flatMap((kind) =>
    (config.storage?.[kind] ?? []).flatMap(({ mode, path }, index) =>
      modeIssues(config, { mode, path, place: ['storage', kind, index], isFile: kind === 'files' }),
    ),
  )

interface PlacedMode {
  mode: number | null | undefined
  path: string
  place: readonly PropertyKey[]
  isFile: boolean
}

function modeIssues(config: IgnitionConfig, { mode, path, place, isFile }: PlacedMode): IgnitionIssue[] {
  const at = [...place, 'mode']
  const isConnection = path.startsWith('/etc/NetworkManager/system-connections/')
  if (mode === null || mode === undefined)
    return isFile && isConnection
      ? [connectionMode(at)]
      : [doubt('mode', place, { en: 'has no mode', zh: '未写权限' })]
  if (mode < 0 || mode > 0o7777)
    return [problem('mode', at, { en: 'is no file mode', zh: '不是有效的文件权限' })]
  if (looksOctal(mode))
    return [
      problem('mode', at, {
        en: `${mode} is decimal here and means 0${mode.toString(8)}; 0${mode} is written ${Number.parseInt(String(mode), 8)}`,
        zh: `此处的 ${mode} 是十进制，即 0${mode.toString(8)}；0${mode} 应写作 ${Number.parseInt(String(mode), 8)}`,
      }),
    ]
  if (isFile && isConnection && mode !== 0o600) return [connectionMode(at)]
  const hasBits = ['3.4.0', '3.5.0'].includes(config.ignition.version)
  return mode > 0o777 && !hasBits
    ? [
        problem('mode', at, {
          en: 'setuid, setgid and sticky bits are not set by specifications before 3.4.0',
          zh: '3.4.0 之前的规范不会设置 setuid、setgid 和粘滞位',
        }),
      ]
    : []
}

/** NetworkManager passes over a profile that others may read. https://networkmanager.dev/docs/api/latest/nm-settings-keyfile.html */
function connectionMode(at: readonly PropertyKey[]): IgnitionIssue {
  return problem('mode', at, {
    en: 'a profile of NetworkManager must be 384 (0600): any other is not read',
    zh: 'NetworkManager 的配置文件权限必须为 384（0600），否则不会被读取',
  })
}

/** 644, 755, 600, 1777: digits of a mode that somebody has written as it is said. */
function looksOctal(mode: number): boolean {
  return /^[1-7]?[0-7]{3}$/.test(String(mode)) && usual.has(String(mode).slice(-3))
}
const usual = new Set(['600', '640', '644', '660', '664', '666', '700', '750', '755', '770', '775', '777'])

/** What is written over something that the image has must say so, and what says so must have contents. */
export const overwriteRule: LintRule = ({ storage }) => [
  ...(storage?.files ?? []).flatMap((file, index) => fileIssues(file, ['storage', 'files', index])),
  ...(storage?.links ?? []).flatMap(({ target }, index) =>
    target === null || target === undefined || target === ''
      ? [problem('link-target', ['storage', 'links', index, 'target'], { en: 'is missing', zh: '缺少该项' })]
      : [],
  ),
]

function fileIssues(
  { path, contents, overwrite, append }: File,
  place: readonly PropertyKey[],
): IgnitionIssue[] {
  const source = contents?.source
  const hasContents = typeof source === 'string' && source !== ''
  if (overwrite === true && !hasContents)
    return [
      problem('overwrite', [...place, 'overwrite'], {
        en: 'nothing is given to overwrite it with',
        zh: '没有给出用来覆盖的内容',
      }),
    ]
  if (overwrite !== true && hasContents && (append?.length ?? 0) === 0 && isInImages(path))
    return [
      problem('overwrite', place, {
        en: `images have ${path}: without overwrite the first boot fails, even when the bytes are the same`,
        zh: `镜像中已有 ${path}：不写 overwrite 会使首次启动失败，即使内容完全相同`,
      }),
    ]
  return []
}

/** Files that images are known to have. */
function isInImages(path: string): boolean {
  return known.has(path)
}
const known: ReadonlySet<string> = new Set([
  '/etc/hostname',
  '/etc/hosts',
  '/etc/resolv.conf',
  '/etc/chrony.conf',
  '/etc/containerd/config.toml',
  '/etc/fstab',
  '/etc/machine-id',
  '/etc/locale.conf',
  '/etc/localtime',
  '/etc/os-release',
  '/etc/passwd',
  '/etc/group',
  '/etc/shadow',
  '/etc/sudoers',
  '/etc/sysctl.conf',
  '/etc/ssh/sshd_config',
  '/etc/selinux/config',
  '/etc/systemd/system.conf',
  '/etc/systemd/timesyncd.conf',
])

/**
 * systemd applies presets, and with them `enabled`, on a first boot only: /etc/machine-id absent or `uninitialized`. An empty
 * one makes it pass over every `enabled` without a word.
 */
export const machineIdRule: LintRule = ({ storage, systemd }) =>
  (storage?.files ?? []).flatMap(({ path, contents }, index) => {
    if (tidy(path) !== '/etc/machine-id') return []
    const enables = (systemd?.units ?? []).some(({ enabled }) => enabled === true)
    if (/^data:[^,]*,uninitialized(%0A)?$/i.test(contents?.source ?? '') || !enables) return []
    return [
      problem('machine-id', ['storage', 'files', index], {
        en: 'with a machine id, or an empty one, systemd takes the boot for a later one and enables no unit: leave it out, or write uninitialized',
        zh: '写入了 machine-id（或为空）时，systemd 认为并非首次启动，不会启用任何单元：请删去，或写为 uninitialized',
      }),
    ]
  })
