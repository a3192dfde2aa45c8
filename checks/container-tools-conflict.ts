import { defineCheck, pass } from '../src/model/check.ts'
import { excerptOf, nameSome } from '../src/model/excerpt.ts'

const moduleTools = ['runc', 'podman', 'buildah', 'skopeo', 'crun', 'conmon']

/** containerd.io brings its own runc and conflicts with the container-tools module that distro-sync wants back. */
export const containerToolsConflict = defineCheck({
  id: 'container-tools-conflict',
  domain: 'packages',
  targets: ['anolis-rhck', 'anolis-anck'],
  needs: ['packages', 'moduleStreams'],
  severity: 'medium',
  title: { en: 'containerd.io and container-tools conflict', zh: 'containerd.io 与 container-tools 冲突' },
  what: {
    en: 'The package containerd.io conflicts with runc of the module container-tools. While the module is enabled, the conversion tries to install its runc and does not resolve, or removes containerd.io.',
    zh: 'containerd.io 与 container-tools 模块中的 runc 冲突。模块处于启用状态时，转换会尝试安装其中的 runc，导致依赖无法求解，甚至移除 containerd.io。',
  },
  remedies: [{ kind: 'command', argv: ['dnf', '--assumeyes', 'module', 'disable', 'container-tools'] }],
  effort: { onceMinutes: 10, perHostMinutes: 2 },
  sources: ['https://github.com/rancher/rke2/issues/3903', 'https://github.com/oracle/centos2ol'],
  evaluate({ packages, moduleStreams }) {
    const containerd = packages.packages.find(({ name }) => name === 'containerd.io')
    const stream = moduleStreams.streams.find(
      ({ name, state }) => name === 'container-tools' && state === 'enabled',
    )
    if (containerd === undefined || stream === undefined) return pass
    const tools = packages.packages.filter(({ name }) => moduleTools.includes(name))
    const also =
      tools.length === 0 ? '' : ` (${nameSome(tools.map(({ name, version }) => `${name}-${version}`))})`
    return {
      status: 'fail',
      here: {
        en: `containerd.io ${containerd.version} is installed while container-tools:${stream.stream} is enabled${also}.`,
        zh: `已安装 containerd.io ${containerd.version}，同时启用了 container-tools:${stream.stream}${also}。`,
      },
      evidence: [
        {
          fact: 'packages',
          excerpt: excerptOf([containerd, ...tools].map((p) => `${p.name}-${p.version}-${p.release}`)),
        },
        { fact: 'moduleStreams', excerpt: `container-tools:${stream.stream} ${stream.state}` },
      ],
    }
  },
})
