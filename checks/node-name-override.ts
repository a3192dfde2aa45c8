import { defineCheck, notApplicable, pass } from '../src/model/check.ts'

/** The node's name in the cluster is not the host name: the new system would join under another one. */
export const nodeNameOverride = defineCheck({
  id: 'node-name-override',
  domain: 'kubernetes',
  targets: ['containeros'],
  needs: ['kubelet', 'identity'],
  severity: 'medium',
  title: { en: 'The node’s name differs from the host name', zh: '节点名与主机名不一致' },
  what: {
    en: 'The kubelet registers under the host name unless it is told another. When the override is lost, a second Node object appears, and labels, taints, volumes and permissions of the old one are left behind.',
    zh: 'kubelet 默认以主机名注册。如果覆盖设置丢失，会出现第二个 Node 对象，原节点的标签、污点、卷绑定和授权都会失去关联。',
  },
  remedies: [
    {
      kind: 'hint',
      text: {
        en: 'Carry --hostname-override, or set the host name of the new system to the node’s name.',
        zh: '保留 --hostname-override，或将新系统的主机名设为该节点名。',
      },
    },
  ],
  effort: { onceMinutes: 15, perHostMinutes: 1 },
  sources: ['https://kubernetes.io/docs/concepts/architecture/nodes/#node-name-uniqueness'],
  evaluate({ kubelet, identity }) {
    if (!kubelet.installed || kubelet.nodeName === null) {
      return notApplicable('The node’s name is not known here.', '本机没有节点名信息。')
    }
    const names = [identity.hostname, identity.staticHostname].map((name) => name?.toLowerCase())
    if (names.includes(kubelet.nodeName.toLowerCase())) return pass
    return {
      status: 'fail',
      here: {
        en: `Node ${kubelet.nodeName}, host name ${identity.hostname}.`,
        zh: `节点名 ${kubelet.nodeName}，主机名 ${identity.hostname}。`,
      },
      evidence: [
        { fact: 'kubelet', excerpt: `node name: ${kubelet.nodeName}` },
        { fact: 'identity', excerpt: `hostname: ${identity.hostname}` },
      ],
    }
  },
})
