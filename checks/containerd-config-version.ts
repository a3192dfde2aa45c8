import { defineCheck, notApplicable, pass } from '../src/model/check.ts'

/** The configuration of this containerd must be rewritten for the version that the image has. */
export const containerdConfigVersion = defineCheck({
  id: 'containerd-config-version',
  domain: 'runtime',
  targets: ['containeros'],
  needs: ['containerRuntimes'],
  severity: 'low',
  worstSeverity: 'medium',
  title: { en: 'containerd’s configuration must be translated', zh: 'containerd 配置需要转换' },
  what: {
    en: 'containerd 1.x reads version 2 of its configuration, 2.x version 3 with renamed plugins. Registries written inline as mirrors were removed in 2.x: certs.d replaces them. An own config.toml cannot be copied as it is.',
    zh: 'containerd 1.x 使用 version 2 配置，2.x 使用 version 3 且插件名有变化；内联的 mirrors 仓库配置在 2.x 中已移除，改用 certs.d。因此原有 config.toml 不能直接照搬。',
  },
  remedies: [
    {
      kind: 'hint',
      text: {
        en: 'Start from the image’s own config.toml and add runtimes, registries and the sandbox image from here.',
        zh: '以镜像自带的 config.toml 为基础，补充此处的运行时、镜像仓库和 sandbox 镜像设置。',
      },
    },
    { kind: 'command', argv: ['containerd', 'config', 'dump'] },
  ],
  effort: { onceMinutes: 120, perHostMinutes: 1 },
  sources: [
    'https://github.com/containerd/containerd/blob/main/docs/containerd-2.0.md',
    'https://github.com/containerd/containerd/blob/main/docs/hosts.md',
  ],
  evaluate({ containerRuntimes: { containerd } }) {
    if (containerd === null || !(containerd.active || containerd.enabled)) {
      return notApplicable('containerd is not in use.', '未使用 containerd。')
    }
    const inline = containerd.registries.length > 0 && containerd.registryConfigPath === null
    if (containerd.configPath === null) return pass
    if (containerd.configVersion !== null && containerd.configVersion >= 2 && !inline) return pass
    return {
      status: 'fail',
      severity: inline ? 'medium' : 'low',
      here: {
        en: `${containerd.configPath} has version ${containerd.configVersion ?? 1}${inline ? ` and inline mirrors (${containerd.registries.join(', ')})` : ''}.`,
        zh: `${containerd.configPath} 为 version ${containerd.configVersion ?? 1}${inline ? `，并内联了镜像仓库 mirrors（${containerd.registries.join('、')}）` : ''}。`,
      },
      evidence: [
        {
          fact: 'containerRuntimes',
          excerpt: `${containerd.configPath} version=${containerd.configVersion ?? '-'} config_path=${containerd.registryConfigPath ?? '-'}`,
        },
      ],
    }
  },
})
