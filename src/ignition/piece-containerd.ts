import { profileValue } from '../model/profile-fields.ts'
import { needFact, refuseUnfit, type IgnitionRequest, type OpenMatter, type Piece } from './request.ts'
import { textFile } from './text-file.ts'

const certsDirectory = '/etc/containerd/certs.d'

/** containerd as the host has it: runtimes, snapshotter, plugins, registries; in the form of the version that the image has. */
export function containerdPiece(request: IgnitionRequest): Piece {
  const { containerd } = needFact(request, 'containerRuntimes')
  const { profile, settings } = request
  const from = [
    'facts.containerRuntimes',
    'settings.registries',
    'settings.containerdPlugins',
    'profile.kubernetes',
  ]
  if (containerd === null && settings.registries.length === 0) return { from }
  if (profileValue(profile, 'kubernetes.containerdPath') === null)
    return refuseUnfit(request, `the image of ${profile.name} has no containerd`)
  const path = profileValue(profile, 'kubernetes.containerdConfig')
  const plugins = new Map(settings.containerdPlugins.map((plugin) => [plugin.name, plugin]))
  const snapshotter = containerd?.snapshotter ?? 'overlayfs'
  const named = new Set([
    ...(containerd?.proxyPlugins ?? []),
    ...(builtIn.has(snapshotter) ? [] : [snapshotter]),
  ])
  return {
    from,
    files: [textFile(path, configText(request, snapshotter)), ...registryFiles(request)],
    open: [
      ...[...named].filter((name) => !plugins.has(name)).map(missingPlugin),
      ...(containerd?.registries ?? [])
        .filter((host) => !settings.registries.some((registry) => registry.host === host))
        .map(missingRegistry),
    ],
  }
}

const builtIn = new Set(['overlayfs', 'native', 'btrfs', 'zfs', 'devmapper', 'blockfile', 'erofs'])

function missingPlugin(name: string): OpenMatter {
  return {
    id: `containerd-plugin:${name}`,
    why: {
      en: `the plugin ${name} of containerd is reached by a socket that no fact tells: settings.containerdPlugins`,
      zh: `containerd 插件 ${name} 的套接字地址未知：请写入 settings.containerdPlugins`,
    },
  }
}

function missingRegistry(host: string): OpenMatter {
  return {
    id: `registry:${host}`,
    why: {
      en: `mirrors and certificates of the registry ${host} are not read from hosts: settings.registries`,
      zh: `镜像仓库 ${host} 的镜像源与证书不会从主机读取：请写入 settings.registries`,
    },
  }
}

function configText(request: IgnitionRequest, snapshotter: string): string {
  const { containerd } = needFact(request, 'containerRuntimes')
  const { profile, settings } = request
  const isThree = profileValue(profile, 'kubernetes.containerdConfigVersion') === 3
  const runtimePlugin = isThree ? 'io.containerd.cri.v1.runtime' : 'io.containerd.grpc.v1.cri'
  const imagePlugin = isThree ? 'io.containerd.cri.v1.images' : runtimePlugin
  const base = `plugins.${quoted(runtimePlugin)}.containerd`
  const runtimes = containerd?.runtimes ?? []
  const rows = runtimes.some(({ name }) => name === 'runc')
    ? runtimes
    : [{ name: 'runc', type: 'io.containerd.runc.v2' }, ...runtimes]
  const isSystemd = profileValue(profile, 'kubernetes.cgroupDriver') === 'systemd'
  const sandbox = containerd?.sandboxImage ?? null
  const inImages = isThree ? [`snapshotter = ${quoted(snapshotter)}`] : []
  const lines = [
    `version = ${isThree ? 3 : 2}`,
    `[plugins.${quoted(imagePlugin)}]`,
    ...inImages,
    ...(sandbox === null || isThree ? [] : [`sandbox_image = ${quoted(sandbox)}`]),
    ...(sandbox === null || !isThree
      ? []
      : [`[plugins.${quoted(imagePlugin)}.pinned_images]`, `sandbox = ${quoted(sandbox)}`]),
    `[plugins.${quoted(imagePlugin)}.registry]`,
    `config_path = ${quoted(certsDirectory)}`,
    `[${base}]`,
    'default_runtime_name = "runc"',
    ...(isThree ? [] : [`snapshotter = ${quoted(snapshotter)}`]),
    ...rows.flatMap(({ name, type }) => [
      `[${base}.runtimes.${quoted(name)}]`,
      `runtime_type = ${quoted(type ?? 'io.containerd.runc.v2')}`,
      ...(name === 'runc' ? [`[${base}.runtimes.runc.options]`, `SystemdCgroup = ${isSystemd}`] : []),
    ]),
    ...settings.containerdPlugins.flatMap(({ name, type, address }) => [
      `[proxy_plugins.${quoted(name)}]`,
      `type = ${quoted(type)}`,
      `address = ${quoted(address)}`,
    ]),
  ]
  return `${lines.join('\n')}\n`
}

function registryFiles({ settings }: IgnitionRequest): ReturnType<typeof textFile>[] {
  return settings.registries.flatMap(({ host, mirrors, certificateAuthority }) => {
    const authority = `${certsDirectory}/${host}/ca.crt`
    const lines = [
      `server = ${quoted(`https://${host}`)}`,
      ...(certificateAuthority === undefined ? [] : [`ca = ${quoted(authority)}`]),
      ...mirrors.flatMap((mirror) => [`[host.${quoted(mirror)}]`, 'capabilities = ["pull", "resolve"]']),
    ]
    return [
      textFile(`${certsDirectory}/${host}/hosts.toml`, `${lines.join('\n')}\n`),
      ...(certificateAuthority === undefined ? [] : [textFile(authority, certificateAuthority)]),
    ]
  })
}

/** A basic string of TOML: JSON's escapes are a part of its own, but for DEL. */
function quoted(text: string): string {
  return JSON.stringify(text).replaceAll('\u007f', String.raw`\u007f`)
}
