import { defineCheck, pass, unknown } from '../src/model/check.ts'

/** Anolis OS 8 keeps the host's cgroup mode; an image brings its own. */
export const cgroupMode = defineCheck({
  id: 'cgroup-mode',
  domain: 'kernel',
  targets: ['anolis-rhck', 'anolis-anck', 'containeros'],
  needs: ['cgroup'],
  severity: 'low',
  title: { en: 'The image’s cgroup mode may differ', zh: '镜像的 cgroup 模式可能不同' },
  what: {
    en: 'systemd of CentOS 8 and of Anolis OS 8 mounts cgroup v1 unless the command line asks for v2, so a conversion changes nothing. ContainerOS decides by its image: kubelet, runtime, monitoring agents and Java workloads that read v1 files must agree with it.',
    zh: 'CentOS 8 与 Anolis OS 8 的 systemd 默认挂载 cgroup v1（除非启动参数指定 v2），就地迁移不会改变。ContainerOS 由镜像决定：kubelet、运行时、监控代理以及读取 v1 文件的 Java 应用都需与之匹配。',
  },
  remedies: [
    {
      kind: 'hint',
      text: {
        en: 'Ask a node of the target: stat -fc %T /sys/fs/cgroup (cgroup2fs is v2). Set the kernel argument systemd.unified_cgroup_hierarchy when the modes must be equal.',
        zh: '在目标节点上执行 stat -fc %T /sys/fs/cgroup（cgroup2fs 表示 v2）确认；若需一致，请设置内核参数 systemd.unified_cgroup_hierarchy。',
      },
    },
    { kind: 'command', argv: ['stat', '-fc', '%T', '/sys/fs/cgroup'] },
  ],
  effort: { onceMinutes: 30, perHostMinutes: 0 },
  sources: [
    'https://www.freedesktop.org/software/systemd/man/latest/systemd.html (systemd.unified_cgroup_hierarchy)',
    'https://kubernetes.io/docs/concepts/architecture/cgroups/',
  ],
  evaluate({ cgroup }, { target }) {
    if (target !== 'containeros') return pass
    return unknown(
      `This host uses cgroup ${cgroup.mode}; the mode of the image is not known until it is asked.`,
      `该主机使用 cgroup ${cgroup.mode}；镜像的模式须实测后才能确定。`,
      [{ fact: 'cgroup', excerpt: `${cgroup.mode}: ${cgroup.controllers.join(' ')}` }],
    )
  },
})
