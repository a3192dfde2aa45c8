import { defineCheck, pass } from '../src/model/check.ts'
import { excerptOf, nameSome } from '../src/model/excerpt.ts'

const tools = ['puppet', 'chef', 'salt', 'cfengine']

/** Configuration management undoes a conversion's changes while it runs, and does not run on an immutable system. */
export const configManagement = defineCheck({
  id: 'config-management',
  domain: 'services',
  targets: ['anolis-rhck', 'anolis-anck', 'containeros'],
  needs: ['agents'],
  severity: 'medium',
  worstSeverity: { containeros: 'high' },
  title: { en: 'Configuration management runs on the host', zh: '主机由配置管理工具托管' },
  what: {
    en: 'A Puppet, Chef, Salt or CFEngine agent restores repositories, packages and services to the old state in the middle of the conversion. Its manifests must know the new system; on ContainerOS the agent cannot be installed.',
    zh: 'Puppet、Chef、Salt、CFEngine 等代理会在转换过程中把软件源、软件包和服务恢复成旧状态。其清单需要先适配新系统；在 ContainerOS 上则无法安装。',
  },
  remedies: [
    {
      kind: 'hint',
      text: {
        en: 'Stop and disable the agent for the move; add the target to its manifests before it starts again.',
        zh: '迁移期间停用代理；在清单中加入目标系统后再恢复。',
      },
    },
  ],
  effort: { onceMinutes: 480, perHostMinutes: 3 },
  sources: ['https://github.com/rocky-linux/rocky-tools (migrate2rocky pre_check)'],
  evaluate({ agents }, { target }) {
    const found = agents.agents.filter(({ id }) => tools.includes(id))
    if (found.length === 0) return pass
    return {
      status: 'fail',
      severity: target === 'containeros' ? 'high' : 'medium',
      here: {
        en: `Managed by ${nameSome(found.map(({ name }) => name))}.`,
        zh: `由 ${nameSome(found.map(({ name }) => name))} 管理。`,
      },
      evidence: [
        { fact: 'agents', excerpt: excerptOf(found.map(({ name, evidence }) => `${name}: ${evidence}`)) },
      ],
    }
  },
})
