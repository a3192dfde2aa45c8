import { defineCheck, notApplicable, pass } from '../src/model/check.ts'

/** ContainerOS has containerd only: a docker node changes its runtime with the move. */
export const dockerToContainerd = defineCheck({
  id: 'docker-to-containerd',
  domain: 'runtime',
  targets: ['containeros'],
  needs: ['containerRuntimes', 'kubelet'],
  severity: 'high',
  title: { en: 'Docker becomes containerd', zh: '容器运行时由 Docker 变为 containerd' },
  what: {
    en: 'ContainerOS runs containerd only, and Kubernetes has no dockershim since 1.24. Pods that mount /var/run/docker.sock, image builds on the node, log paths below /var/lib/docker and `docker` commands in scripts stop working.',
    zh: 'ContainerOS 仅支持 containerd，Kubernetes 自 1.24 起移除了 dockershim。挂载 /var/run/docker.sock 的 Pod、在节点上构建镜像、依赖 /var/lib/docker 日志路径以及脚本中的 docker 命令都会失效。',
  },
  remedies: [
    {
      kind: 'hint',
      text: {
        en: 'Switch the node to containerd before the move, and find the users of docker.sock with the “dockershim removal” guide.',
        zh: '迁移前先把节点切换到 containerd，并按“移除 dockershim”指南排查 docker.sock 的使用者。',
      },
    },
  ],
  effort: { onceMinutes: 960, perHostMinutes: 15 },
  sources: [
    'https://kubernetes.io/docs/tasks/administer-cluster/migrating-from-dockershim/',
    'https://help.aliyun.com/zh/ack/ack-managed-and-ack-dedicated/user-guide/containeros-overview',
  ],
  evaluate({ containerRuntimes: { docker }, kubelet }) {
    if (docker === null) return notApplicable('Docker is not installed.', '未安装 Docker。')
    if (!docker.active && !docker.enabled) return pass
    const byKubelet =
      kubelet.installed && (kubelet.runtimeEndpoint === null || /docker/.test(kubelet.runtimeEndpoint))
    return {
      status: 'fail',
      severity: byKubelet ? 'high' : 'medium',
      here: {
        en: byKubelet
          ? `Docker ${docker.version ?? ''} is the runtime of this node.`
          : `Docker ${docker.version ?? ''} runs beside the node’s runtime.`,
        zh: byKubelet
          ? `Docker ${docker.version ?? ''} 是本节点的容器运行时。`
          : `Docker ${docker.version ?? ''} 与节点的容器运行时并存。`,
      },
      evidence: [
        {
          fact: 'containerRuntimes',
          excerpt: `docker ${docker.version ?? '-'} active=${docker.active} data-root=${docker.dataRoot}`,
        },
      ],
    }
  },
})
