import { defineCheck, pass, unknown } from '../src/model/check.ts'
import { excerptOf, nameSome } from '../src/model/excerpt.ts'

/** Processes that a Kubernetes node or the system itself has, or that have a check of their own. */
const expected =
  /^(sshd|systemd.*|chronyd|rpcbind|rpc\..*|kubelet|kube-.*|etcd|containerd.*|dockerd|docker-proxy|crio|cri-.*|calico.*|bird6?|felix|cilium.*|flanneld|node-cache|coredns|NetworkManager|dhclient|nfsd|init|qemu.*)$/

/** How container runtimes name the scopes of their containers. */
const inPod = /kubepods|^(cri-containerd|crio|docker|libpod)-/

/** Programs that listen to the network and run on the host, not in a pod. */
export const listeningServices = defineCheck({
  id: 'listening-services',
  domain: 'services',
  targets: ['containeros'],
  needs: ['ports'],
  severity: 'medium',
  title: { en: 'Other programs listen on the network', zh: '存在其他对外监听的程序' },
  what: {
    en: 'A program that listens on an address other hosts can reach is used by somebody. When it runs on the host rather than in a pod, it is gone after the move.',
    zh: '在可被其他主机访问的地址上监听的程序，说明有使用者。如果它直接运行在主机上而不是 Pod 里，迁移后就不复存在。',
  },
  remedies: [
    {
      kind: 'hint',
      text: {
        en: 'Find the owner of each port; run the program in a pod, or agree that it ends.',
        zh: '逐个确认端口负责人，将程序改为在 Pod 中运行，或确认下线。',
      },
    },
  ],
  effort: { onceMinutes: 120, perHostMinutes: 5 },
  sources: ['ss(8)', 'LifseaOS design article: about 200 packages'],
  evaluate({ ports }) {
    const reachable = ports.listening.filter(
      ({ address, unit }) => !/^(127\.|::1$)/.test(address) && !(unit !== null && inPod.test(unit)),
    )
    const others = reachable.filter(({ process }) => process !== null && !expected.test(process))
    const unnamed = reachable.filter(({ process }) => process === null)
    if (others.length === 0 && unnamed.length > 0) {
      const list = nameSome(unnamed.map(({ protocol, port }) => `${protocol}/${port}`))
      return unknown(
        `The programs behind these ports are not known (root is needed, or the kernel listens itself): ${list}.`,
        `以下端口的监听程序未知（需要 root 权限，或由内核监听）：${list}。`,
      )
    }
    if (others.length === 0) return pass
    return {
      status: 'fail',
      here: {
        en: `Listening: ${nameSome(others.map(({ process, port }) => `${process}:${port}`))}.`,
        zh: `正在监听：${nameSome(others.map(({ process, port }) => `${process}:${port}`))}。`,
      },
      evidence: [
        {
          fact: 'ports',
          excerpt: excerptOf(
            others.map((p) => `${p.protocol} ${p.address}:${p.port} ${p.process} ${p.unit ?? '-'}`),
          ),
        },
      ],
    }
  },
})
