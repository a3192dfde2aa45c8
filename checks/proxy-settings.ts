import { defineCheck, pass } from '../src/model/check.ts'
import { excerptOf, nameSome } from '../src/model/excerpt.ts'

/** Proxies: the conversion needs them for its downloads, and the new system for its images. */
export const proxySettings = defineCheck({
  id: 'proxy-settings',
  domain: 'network',
  targets: ['anolis-rhck', 'anolis-anck', 'containeros'],
  needs: ['proxy'],
  severity: 'low',
  worstSeverity: { containeros: 'medium' },
  title: { en: 'The host reaches the outside through a proxy', zh: '主机通过代理访问外部' },
  what: {
    en: 'Downloads of the conversion and pulls of images go through this proxy. It must let the mirrors of Anolis OS pass; on ContainerOS the settings of containerd and kubelet must be written again.',
    zh: '转换时的下载和镜像拉取都经过该代理。代理需要放行 Anolis OS 镜像站；在 ContainerOS 上还要重新写入 containerd 和 kubelet 的代理设置。',
  },
  remedies: [
    {
      kind: 'hint',
      text: {
        en: 'Test the mirror through the proxy; carry the settings as drop-ins below /etc/systemd/system.',
        zh: '经代理测试镜像站可达；将设置以 drop-in 形式写入 /etc/systemd/system。',
      },
    },
  ],
  effort: { onceMinutes: 30, perHostMinutes: 2 },
  sources: [
    'https://github.com/AlmaLinux/almalinux-deploy/issues/115',
    'https://docs.docker.com/engine/daemon/proxy/',
  ],
  evaluate({ proxy }, { target }) {
    if (proxy.settings.length === 0) return pass
    return {
      status: 'fail',
      severity: target === 'containeros' ? 'medium' : 'low',
      here: {
        en: `Proxy settings in ${nameSome([...new Set(proxy.settings.map(({ file }) => file))])}.`,
        zh: `代理设置位于 ${nameSome([...new Set(proxy.settings.map(({ file }) => file))])}。`,
      },
      evidence: [
        {
          fact: 'proxy',
          excerpt: excerptOf(proxy.settings.map(({ file, key, value }) => `${file}: ${key}=${value}`)),
        },
      ],
    }
  },
})
