import { defineCheck, pass } from '../src/model/check.ts'
import { excerptOf, nameSome } from '../src/model/excerpt.ts'

/** The network plugin's DaemonSet copies its programs to /opt/cni/bin, which may be read-only. */
export const cniBinaries = defineCheck({
  id: 'cni-binaries',
  domain: 'kubernetes',
  targets: ['containeros'],
  needs: ['cni'],
  severity: 'medium',
  title: { en: 'CNI programs must be writable on the new system', zh: '新系统需要可写的 CNI 程序目录' },
  what: {
    en: 'Calico, Cilium, flannel and others install their programs to /opt/cni/bin from an init container. Where /opt is part of the read-only image that fails, and the node stays NotReady. Images of the CoreOS kind link /opt into /var.',
    zh: 'Calico、Cilium、flannel 等通过 init 容器把程序安装到 /opt/cni/bin。如果 /opt 属于只读镜像，安装会失败，节点一直 NotReady。CoreOS 类镜像会把 /opt 链接到 /var。',
  },
  remedies: [
    {
      kind: 'command',
      argv: ['readlink', '-f', '/opt/cni/bin'],
      text: { en: 'On the image.', zh: '在目标镜像上执行。' },
    },
    {
      kind: 'hint',
      text: {
        en: 'Set bin_dir of containerd and the hostPath of the DaemonSet to a directory below /var.',
        zh: '将 containerd 的 bin_dir 与 DaemonSet 的 hostPath 改到 /var 之下。',
      },
    },
  ],
  effort: { onceMinutes: 120, perHostMinutes: 1 },
  sources: [
    'https://docs.redhat.com/ (image mode: file system, /opt)',
    'https://docs.tigera.io/calico/latest/reference/configure-cni-plugins',
  ],
  evaluate({ cni }) {
    // Those below /usr are packaged, and an image brings its own.
    const binaries = cni.binaries.filter((path) => !path.startsWith('/usr/'))
    if (binaries.length === 0) return pass
    const configs = cni.configs.map(({ name, file }) => name ?? file)
    return {
      status: 'fail',
      here: {
        en: `${binaries.length} programs in /opt/cni/bin${configs.length === 0 ? '' : `, network ${nameSome(configs)}`}.`,
        zh: `/opt/cni/bin 中有 ${binaries.length} 个程序${configs.length === 0 ? '' : `，网络 ${nameSome(configs)}`}。`,
      },
      evidence: [
        {
          fact: 'cni',
          excerpt: excerptOf([
            ...cni.configs.map((c) => `${c.file} ${c.types.join(',')}`),
            binaries.join(' '),
          ]),
        },
      ],
    }
  },
})
