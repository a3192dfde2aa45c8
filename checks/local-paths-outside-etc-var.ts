import { defineCheck, pass } from '../src/model/check.ts'
import { isWritableOnImmutable } from '../src/model/containeros-paths.ts'
import { excerptOf, nameSome } from '../src/model/excerpt.ts'
import { isNodePackage } from '../src/model/kubernetes-packages.ts'
import { isBelow } from '../src/model/space-of-path.ts'

/** Files that no package owns, outside /etc and /var: lost by the rewrite, and their place is read-only afterwards. */
export const localPathsOutsideEtcVar = defineCheck({
  id: 'local-paths-outside-etc-var',
  domain: 'storage',
  targets: ['containeros'],
  needs: ['localPaths'],
  severity: 'high',
  title: { en: 'Software and data outside /etc and /var', zh: '/etc 与 /var 之外存在软件或数据' },
  what: {
    en: 'On ContainerOS only /etc and /var are writable and kept. What was put into /opt, /usr/local, /srv or a directory of its own is lost, and pods with a hostPath there do not start.',
    zh: 'ContainerOS 上只有 /etc 与 /var 可写并能保留。放在 /opt、/usr/local、/srv 或自建目录中的内容都会丢失，使用这些 hostPath 的 Pod 也无法启动。',
  },
  remedies: [
    {
      kind: 'hint',
      text: {
        en: 'Move it below /var, into a container image or a PersistentVolume, and change the hostPath of its pods.',
        zh: '迁到 /var 之下、容器镜像或 PersistentVolume 中，并修改相关 Pod 的 hostPath。',
      },
    },
  ],
  effort: { onceMinutes: 240, perHostMinutes: 15 },
  sources: ['https://help.aliyun.com/zh/ack/ack-managed-and-ack-dedicated/user-guide/containeros-overview'],
  evaluate({ localPaths }) {
    const found = localPaths.entries.filter(
      ({ path, package: owner }) =>
        !isWritableOnImmutable(path) &&
        !isBelow(path, '/opt/cni') &&
        path !== '/opt' &&
        !(owner !== null && isNodePackage(owner)),
    )
    if (found.length === 0 && !localPaths.truncated) return pass
    return {
      status: 'fail',
      here: {
        en: `${found.length}${localPaths.truncated ? '+' : ''} paths to move: ${nameSome(found.map(({ path }) => path))}.`,
        zh: `需要迁移的路径 ${found.length}${localPaths.truncated ? '+' : ''} 个：${nameSome(found.map(({ path }) => path))}。`,
      },
      evidence: [
        { fact: 'localPaths', excerpt: excerptOf(found.map(({ path, kind }) => `${kind} ${path}`)) },
      ],
    }
  },
})
