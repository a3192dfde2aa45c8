import { defineCheck, notApplicable, pass, unknown } from '../src/model/check.ts'
import { areKubeletSettingsKnown } from '../src/model/kubelet-settings.ts'

/** resolvConf below /run/systemd/resolve does not exist where systemd-resolved was removed: no pod starts. */
export const kubeletResolvConf = defineCheck({
  id: 'kubelet-resolv-conf',
  domain: 'kubernetes',
  targets: ['containeros'],
  needs: ['kubelet'],
  severity: 'high',
  title: {
    en: 'The kubelet reads the resolver file of systemd-resolved',
    zh: 'kubelet 读取 systemd-resolved 的解析文件',
  },
  what: {
    en: 'When the file of resolvConf is missing, the kubelet creates no pod sandbox: every pod stays in ContainerCreating. LifseaOS has no systemd-resolved, so the file must be /etc/resolv.conf.',
    zh: 'resolvConf 指向的文件不存在时，kubelet 无法创建 Pod 沙箱，所有 Pod 都停在 ContainerCreating。LifseaOS 不含 systemd-resolved，必须使用 /etc/resolv.conf。',
  },
  remedies: [
    {
      kind: 'hint',
      text: {
        en: 'Render resolvConf: /etc/resolv.conf into the new node’s KubeletConfiguration.',
        zh: '在新节点的 KubeletConfiguration 中写入 resolvConf: /etc/resolv.conf。',
      },
    },
  ],
  effort: { onceMinutes: 15, perHostMinutes: 0 },
  sources: [
    'LifseaOS design article: systemd-resolved removed',
    'https://kubernetes.io/docs/tasks/administer-cluster/dns-debugging-resolution/#known-issues',
  ],
  evaluate({ kubelet }, { degraded }) {
    if (!kubelet.installed) return notApplicable('No kubelet.', '未安装 kubelet。')
    const path = kubelet.resolvConf
    if (path === null && !areKubeletSettingsKnown(kubelet, degraded)) {
      return unknown(
        'The kubelet’s configuration could not be read, so its resolvConf is not known.',
        '无法读取 kubelet 配置，其 resolvConf 未知。',
      )
    }
    if (path === null || path === '' || path.startsWith('/etc/')) return pass
    return {
      status: 'fail',
      here: { en: `resolvConf is ${path}.`, zh: `resolvConf 为 ${path}。` },
      evidence: [{ fact: 'kubelet', excerpt: `resolvConf: ${path}` }],
    }
  },
})
