import { defineCheck, pass } from '../src/model/check.ts'
import { excerptOf } from '../src/model/excerpt.ts'

/** ContainerOS has no SSH server: people and tools that log in need another way. */
export const sshAccessLost = defineCheck({
  id: 'ssh-access-lost',
  domain: 'services',
  targets: ['containeros'],
  needs: ['sshd', 'ports'],
  severity: 'low',
  title: { en: 'SSH access ends with the move', zh: '迁移后不再提供 SSH 登录' },
  what: {
    en: 'LifseaOS has no SSH server. Automation that logs in (Ansible, sealer, backup, scanners) and people at night need the operations container, `kubectl debug node`, or a console.',
    zh: 'LifseaOS 不含 SSH 服务。依赖登录的自动化（Ansible、sealer、备份、扫描）和值班人员需要改用运维容器、`kubectl debug node` 或控制台。',
  },
  remedies: [
    {
      kind: 'hint',
      text: {
        en: 'List who logs in today, and try their tasks through the operations container before the first host moves.',
        zh: '梳理目前谁在登录，并在首台迁移前用运维容器验证这些操作。',
      },
    },
  ],
  effort: { onceMinutes: 480, perHostMinutes: 0 },
  sources: [
    'https://help.aliyun.com/zh/ack/ack-managed-and-ack-dedicated/user-guide/containeros-overview',
    'https://kubernetes.io/docs/tasks/debug/debug-cluster/kubectl-node-debug/',
  ],
  evaluate({ sshd, ports }) {
    const listening = ports.listening.filter(
      ({ process, port, protocol }) =>
        protocol === 'tcp' && (process === 'sshd' || sshd.ports.includes(port)),
    )
    if (listening.length === 0) return pass
    const where = listening.map(({ address, port }) => `${address}:${port}`)
    return {
      status: 'fail',
      here: {
        en: `sshd listens on ${where.join(', ')}.`,
        zh: `sshd 正在监听 ${where.join('、')}。`,
      },
      evidence: [{ fact: 'ports', excerpt: excerptOf(where.map((line) => `sshd ${line}`)) }],
    }
  },
})
