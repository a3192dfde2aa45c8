import { defineNodeCheck, pass } from '../src/model/check.ts'
import { isWritableOnImmutable } from '../src/model/containeros-paths.ts'
import { clusterEvidence, workloadNames } from '../src/model/node-evidence.ts'
import type { NodePod } from '../src/model/node-view.ts'

/** DaemonSets that write where the image of ContainerOS is read-only, or that have all rights on the host. */
export const daemonsetHostAccess = defineNodeCheck({
  id: 'daemonset-host-access',
  domain: 'kubernetes',
  targets: ['containeros'],
  lists: ['nodes', 'pods'],
  severity: 'high',
  title: { en: 'DaemonSets change the host', zh: 'DaemonSet 会修改主机' },
  what: {
    en: 'Agents, network and storage plugins of DaemonSets come to the new system at once. Those that write to directories outside of /etc and /var, for example to /opt or /usr, fail on its read-only root; privileged ones may install modules or packages that are not there any more.',
    zh: 'DaemonSet 中的代理、网络与存储插件会立即在新系统上启动。若写入 /etc 与 /var 以外的目录（如 /opt、/usr），会因只读根文件系统而失败；特权容器可能依赖安装内核模块或软件包，而新系统上已不具备。',
  },
  remedies: [
    {
      kind: 'hint',
      text: {
        en: 'Ask each vendor for the version that supports read-only hosts, or point the path to a directory in /var; try it on one node first.',
        zh: '向各厂商确认支持只读主机的版本，或将路径改到 /var 下；先在一个节点上验证。',
      },
    },
  ],
  effort: { onceMinutes: 120, perHostMinutes: 0 },
  sources: [
    'https://help.aliyun.com/zh/ack/ack-managed-and-ack-dedicated/user-guide/containeros-overview',
    'https://kubernetes.io/docs/concepts/storage/volumes/#hostpath',
    'https://kubernetes.io/docs/concepts/security/pod-security-standards/',
  ],
  evaluate({ node }) {
    const daemons = node.pods.filter(({ owner }) => owner?.kind === 'DaemonSet')
    const outside = daemons.filter((pod) => pathsOutside(pod).length > 0)
    const privileged = daemons.filter((pod) => pod.privileged && !outside.includes(pod))
    if (outside.length === 0 && privileged.length === 0) return pass
    const evidence = clusterEvidence([
      ...outside.map((pod) => `${workloadNames([pod])}: ${pathsOutside(pod).join(', ')}`),
      ...privileged.map((pod) => `${workloadNames([pod])}: privileged`),
    ])
    if (outside.length === 0) {
      return {
        status: 'fail',
        severity: 'low',
        here: {
          en: `Privileged, to be tried on the new system: ${workloadNames(privileged)}.`,
          zh: `特权容器，需在新系统上验证：${workloadNames(privileged)}。`,
        },
        evidence,
      }
    }
    return {
      status: 'fail',
      here: {
        en: `These write where the new system is read-only: ${workloadNames(outside)}.`,
        zh: `以下 DaemonSet 会写入新系统的只读目录：${workloadNames(outside)}。`,
      },
      evidence,
    }
  },
})

/** The whole root is mounted by agents that look; what they write there is not known. */
function pathsOutside({ volumes }: NodePod): string[] {
  return volumes.flatMap(({ kind, claim, path, readOnly }) => {
    if (kind !== 'hostPath' || claim !== undefined || path === undefined || readOnly === true) return []
    return isWritableOnImmutable(path) ? [] : [path]
  })
}
