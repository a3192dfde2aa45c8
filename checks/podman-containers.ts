import { defineCheck, notApplicable } from '../src/model/check.ts'

/** podman: containers outside Kubernetes are neither drained nor moved. */
export const podmanContainers = defineCheck({
  id: 'podman-containers',
  domain: 'runtime',
  targets: ['containeros'],
  needs: ['containerRuntimes'],
  severity: 'low',
  title: { en: 'podman is not on the new system', zh: '新系统没有 podman' },
  what: {
    en: 'Containers that podman runs are unknown to Kubernetes: a drain leaves them, and the rewrite removes them with their volumes. ContainerOS does not have podman.',
    zh: 'podman 运行的容器不受 Kubernetes 管理，排空节点不会处理它们，重写磁盘会连同卷一起清除。ContainerOS 不含 podman。',
  },
  remedies: [
    { kind: 'command', argv: ['podman', 'ps', '--all'] },
    { kind: 'hint', text: { en: 'Turn them into pods before the move.', zh: '迁移前改为 Pod。' } },
  ],
  effort: { onceMinutes: 60, perHostMinutes: 5 },
  sources: ['https://docs.podman.io/en/latest/markdown/podman-kube-generate.1.html'],
  evaluate({ containerRuntimes: { podmanVersion } }) {
    if (podmanVersion === null) return notApplicable('podman is not installed.', '未安装 podman。')
    return {
      status: 'fail',
      here: {
        en: `podman ${podmanVersion} is installed; check whether it runs anything.`,
        zh: `已安装 podman ${podmanVersion}，请确认是否有容器在运行。`,
      },
      evidence: [{ fact: 'containerRuntimes', excerpt: `podman ${podmanVersion}` }],
    }
  },
})
