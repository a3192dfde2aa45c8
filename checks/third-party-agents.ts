import { defineCheck, pass } from '../src/model/check.ts'
import { excerptOf, nameSome } from '../src/model/excerpt.ts'
import type { Severity, Target } from '../src/model/target.ts'

/** Have a check of their own: `config-management`, `managed-by-satellite`. */
const elsewhere = ['puppet', 'chef', 'salt', 'cfengine', 'katello', 'suse-manager']

const severityOf: Readonly<Record<Target, Severity>> = {
  'anolis-rhck': 'low',
  'anolis-anck': 'medium',
  containeros: 'high',
}

/** Agents of other vendors: many need their own kernel module, and all need a place to install to. */
export const thirdPartyAgents = defineCheck({
  id: 'third-party-agents',
  domain: 'services',
  targets: ['anolis-rhck', 'anolis-anck', 'containeros'],
  needs: ['agents'],
  severity: 'high',
  worstSeverity: severityOf,
  title: { en: 'Third-party agents run on the host', zh: '主机上运行第三方 Agent' },
  what: {
    en: 'Security, monitoring and backup agents check the distribution and kernel they run on; another kernel often needs a newer agent. On ContainerOS they cannot be installed into /opt or /usr and must run as a DaemonSet.',
    zh: '安全、监控、备份类 Agent 会检查发行版与内核版本，更换内核往往需要升级 Agent。在 ContainerOS 上无法安装到 /opt 或 /usr，必须以 DaemonSet 方式运行。',
  },
  remedies: [
    {
      kind: 'hint',
      text: {
        en: 'Ask each vendor for the version that supports the target, and install it with the move.',
        zh: '向各厂商确认支持目标系统的版本，并随迁移一同更换。',
      },
    },
  ],
  effort: { onceMinutes: 480, perHostMinutes: 5 },
  sources: ['https://help.aliyun.com/zh/ack/ack-managed-and-ack-dedicated/user-guide/containeros-overview'],
  evaluate({ agents }, { target }) {
    const found = agents.agents.filter(({ id }) => !elsewhere.includes(id))
    if (found.length === 0) return pass
    return {
      status: 'fail',
      severity: severityOf[target],
      here: {
        en: `Agents found: ${nameSome(found.map(({ name }) => name))}.`,
        zh: `发现的 Agent：${nameSome(found.map(({ name }) => name))}。`,
      },
      evidence: [
        { fact: 'agents', excerpt: excerptOf(found.map(({ name, evidence }) => `${name}: ${evidence}`)) },
      ],
    }
  },
})
