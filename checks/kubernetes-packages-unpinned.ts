import { defineCheck, notApplicable, pass } from '../src/model/check.ts'
import { excerptOf, nameSome } from '../src/model/excerpt.ts'
import { entryNames, isNodePackage } from '../src/model/kubernetes-packages.ts'

/** Nothing holds kubelet and runtime packages: the conversion's distro-sync takes the newest that any repository has. */
export const kubernetesPackagesUnpinned = defineCheck({
  id: 'kubernetes-packages-unpinned',
  domain: 'packages',
  targets: ['anolis-rhck', 'anolis-anck'],
  needs: ['packages', 'repositories', 'dnfConfig', 'versionlock'],
  severity: 'high',
  title: { en: 'Kubernetes packages are not pinned', zh: 'Kubernetes 软件包未锁定版本' },
  what: {
    en: 'The conversion brings every package to the newest version that an enabled repository offers. A kubelet or container runtime that nothing holds is upgraded or removed with it, and the node leaves the cluster’s supported version skew.',
    zh: '转换会把所有软件包同步到已启用软件源中的最新版本。未锁定的 kubelet 或容器运行时会被一并升级甚至移除，使节点超出集群允许的版本偏差。',
  },
  remedies: [
    {
      kind: 'hint',
      text: {
        en: 'Or exclude these packages in the conversion’s own transaction. Version locks do not help: conversion tools clear them.',
        zh: '或在转换事务中显式排除这些软件包。版本锁不起作用：转换工具会将其清空。',
      },
    },
  ],
  effort: { onceMinutes: 20, perHostMinutes: 2 },
  sources: [
    'https://github.com/cpanel/elevate/issues/173',
    'https://kubernetes.io/releases/version-skew-policy/',
    'https://kubernetes.io/docs/setup/production-environment/tools/kubeadm/install-kubeadm/ (exclude=kubelet kubeadm kubectl)',
  ],
  evaluate({ packages, repositories, dnfConfig, versionlock }) {
    const installed = packages.packages.filter(
      ({ name, vendor }) => isNodePackage(name) && vendor !== 'CentOS',
    )
    if (installed.length === 0) {
      return notApplicable(
        'No Kubernetes or runtime package of another vendor is installed.',
        '未安装第三方的 Kubernetes 或容器运行时软件包。',
      )
    }
    const enabled = repositories.repositories.filter((repository) => repository.enabled)
    const holds = [...dnfConfig.exclude, ...versionlock.entries, ...enabled.flatMap(({ exclude }) => exclude)]
    const loose = installed.filter(({ name }) => !holds.some((entry) => entryNames(entry, name)))
    const sources = enabled.filter(({ id, baseurl }) =>
      [id, ...baseurl].some((word) => /kubernetes|docker|cri-o|containerd|k8s/i.test(word)),
    )
    if (loose.length === 0 || sources.length === 0) return pass
    const names = nameSome(loose.map(({ name }) => name))
    return {
      status: 'fail',
      here: {
        en: `Not held, while ${nameSome(sources.map(({ id }) => id))} is enabled: ${names}.`,
        zh: `软件源 ${nameSome(sources.map(({ id }) => id))} 处于启用状态，以下软件包未锁定：${names}。`,
      },
      evidence: [
        {
          fact: 'packages',
          excerpt: excerptOf(loose.map((p) => `${p.name}-${p.version}-${p.release} ${p.vendor ?? '-'}`)),
        },
      ],
      remedies: sources.map(({ id }) => ({
        kind: 'command',
        argv: ['dnf', 'config-manager', '--set-disabled', id],
        text: { en: 'For the conversion; enable it again afterwards.', zh: '转换期间停用，完成后重新启用。' },
      })),
    }
  },
})
