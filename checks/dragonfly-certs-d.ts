import { defineCheck, pass } from '../src/model/check.ts'

/** Dragonfly redirects image pulls through certs.d: a new containerd must read that directory. */
export const dragonflyCertsD = defineCheck({
  id: 'dragonfly-certs-d',
  domain: 'kubernetes',
  targets: ['containeros'],
  needs: ['cloudNative', 'containerRuntimes'],
  severity: 'medium',
  title: { en: 'Dragonfly needs containerd’s certs.d', zh: 'Dragonfly 依赖 containerd 的 certs.d' },
  what: {
    en: 'Dragonfly’s client writes /etc/containerd/certs.d/*/hosts.toml and restarts containerd. The new node’s configuration must set config_path to that directory, and the cache must lie below /var; otherwise pulls bypass Dragonfly and load the registry.',
    zh: 'Dragonfly 客户端会写入 /etc/containerd/certs.d/*/hosts.toml 并重启 containerd。新节点的配置必须将 config_path 指向该目录，缓存目录须在 /var 之下，否则拉取会绕过 Dragonfly，直接冲击镜像仓库。',
  },
  remedies: [
    {
      kind: 'hint',
      text: {
        en: 'Render config_path = "/etc/containerd/certs.d" into the new containerd configuration.',
        zh: '在新的 containerd 配置中写入 config_path = "/etc/containerd/certs.d"。',
      },
    },
  ],
  effort: { onceMinutes: 30, perHostMinutes: 0 },
  sources: ['https://d7y.io/docs/', 'https://github.com/containerd/containerd/blob/main/docs/hosts.md'],
  evaluate({ cloudNative, containerRuntimes: { containerd } }) {
    const found = cloudNative.systems.find(({ id }) => id === 'dragonfly')
    if (found === undefined) return pass
    return {
      status: 'fail',
      here: {
        en: `Dragonfly runs here (${found.evidence}); config_path is ${containerd?.registryConfigPath ?? 'not set'}.`,
        zh: `本机运行 Dragonfly（${found.evidence}）；config_path ${containerd?.registryConfigPath ?? '未设置'}。`,
      },
      evidence: [
        { fact: 'cloudNative', excerpt: `dragonfly: ${found.evidence}` },
        { fact: 'containerRuntimes', excerpt: `config_path=${containerd?.registryConfigPath ?? '-'}` },
      ],
    }
  },
})
