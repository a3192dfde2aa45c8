import { defineCheck, notApplicable, pass, unknown } from '../src/model/check.ts'
import { isWritableOnImmutable } from '../src/model/containeros-paths.ts'
import { excerptOf, nameSome } from '../src/model/excerpt.ts'
import { areKubeletSettingsKnown } from '../src/model/kubelet-settings.ts'

/** Flags that `kubelet-root-dir` judges. */
const elsewhere = ['--root-dir']

/** Flags of the kubelet that point to places which the immutable system keeps read-only. */
export const kubeletConfigPaths = defineCheck({
  id: 'kubelet-config-paths',
  domain: 'kubernetes',
  targets: ['containeros'],
  needs: ['kubelet'],
  severity: 'high',
  title: { en: 'The kubelet uses paths that become read-only', zh: 'kubelet 使用的路径将变为只读' },
  what: {
    en: 'Configuration, credentials, static pods and plugins below /opt, /usr or a directory of their own do not exist on the new system, and cannot be written there.',
    zh: '位于 /opt、/usr 或自建目录中的配置、凭据、静态 Pod 和插件在新系统上不存在，也无法写入。',
  },
  remedies: [
    {
      kind: 'hint',
      text: {
        en: 'Move them below /etc/kubernetes or /var/lib/kubelet and change the flags.',
        zh: '迁到 /etc/kubernetes 或 /var/lib/kubelet 之下，并修改相应参数。',
      },
    },
  ],
  effort: { onceMinutes: 60, perHostMinutes: 5 },
  sources: ['https://kubernetes.io/docs/reference/command-line-tools-reference/kubelet/'],
  evaluate({ kubelet }, { degraded }) {
    if (!kubelet.installed) return notApplicable('No kubelet.', '未安装 kubelet。')
    const flags = kubelet.args.flatMap((arg) => {
      const [flag = '', value = ''] = arg.split(/=(.*)/s)
      return value.startsWith('/') && !elsewhere.includes(flag) ? [{ flag, path: value }] : []
    })
    const all = [
      ...flags,
      ...(kubelet.configFile === null ? [] : [{ flag: '--config', path: kubelet.configFile }]),
      ...(kubelet.staticPodPath === null ? [] : [{ flag: 'staticPodPath', path: kubelet.staticPodPath }]),
    ]
    const lines = [
      ...new Set(
        all.filter(({ path }) => !isWritableOnImmutable(path)).map(({ flag, path }) => `${flag}=${path}`),
      ),
    ]
    if (lines.length === 0 && kubelet.staticPodPath === null && !areKubeletSettingsKnown(kubelet, degraded)) {
      return unknown(
        'The kubelet’s configuration could not be read, so its paths are not known.',
        '无法读取 kubelet 配置，其中的路径未知。',
      )
    }
    if (lines.length === 0) return pass
    return {
      status: 'fail',
      here: {
        en: `Outside /etc and /var: ${nameSome(lines)}.`,
        zh: `不在 /etc 与 /var 下：${nameSome(lines)}。`,
      },
      evidence: [{ fact: 'kubelet', excerpt: excerptOf(lines) }],
    }
  },
})
