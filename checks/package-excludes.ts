import { defineCheck, pass } from '../src/model/check.ts'
import { excerptOf, nameSome } from '../src/model/excerpt.ts'
import { entryNames, nodePackages } from '../src/model/kubernetes-packages.ts'

const kernelPackages = ['kernel', 'kernel-core', 'kernel-modules'] as const

/** `exclude=` lines are commented out or ignored by converters: pins vanish, and kernel excludes stop the new kernel. */
export const packageExcludes = defineCheck({
  id: 'package-excludes',
  domain: 'packages',
  targets: ['anolis-rhck', 'anolis-anck'],
  needs: ['dnfConfig', 'repositories'],
  severity: 'medium',
  worstSeverity: 'high',
  title: { en: 'dnf excludes packages', zh: 'dnf 配置了软件包排除项' },
  what: {
    en: 'The conversion comments out exclude= in /etc/yum.conf or ignores it, and does not restore it. Excludes that hold the node’s packages must be set again; an exclude of kernel* keeps the target’s kernel from being installed.',
    zh: '转换工具会注释掉 /etc/yum.conf 中的 exclude= 或直接忽略，并且不会恢复。用于固定节点软件包的排除项需要重新设置；排除 kernel* 则会导致目标内核无法安装。',
  },
  remedies: [
    {
      kind: 'hint',
      text: {
        en: 'Record the excludes, pass them to the conversion’s transaction, and put them back after it; lift the exclude of kernel packages for the conversion.',
        zh: '记录排除项，在转换事务中显式传入，完成后恢复；转换期间解除对内核软件包的排除。',
      },
    },
  ],
  effort: { onceMinutes: 15, perHostMinutes: 3 },
  sources: [
    'https://dnf.readthedocs.io/en/latest/conf_ref.html (excludepkgs)',
    'https://github.com/oamg/convert2rhel',
  ],
  evaluate({ dnfConfig, repositories }) {
    const main = dnfConfig.exclude.map((entry) => ({ where: 'dnf.conf', entry }))
    const inRepositories = repositories.repositories.flatMap(({ id, enabled, exclude }) =>
      enabled ? exclude.map((entry) => ({ where: `[${id}]`, entry })) : [],
    )
    const all = [...main, ...inRepositories]
    if (all.length === 0) return pass
    const kernel = kernelPackages.some((name) => main.some(({ entry }) => entryNames(entry, name)))
    const node = nodePackages.filter((name) => all.some(({ entry }) => entryNames(entry, name)))
    const entries = nameSome([...new Set(all.map(({ entry }) => entry))])
    return {
      status: 'fail',
      severity: kernel || node.length > 0 ? 'high' : 'medium',
      here: {
        en: `Excluded from dnf: ${entries}.${kernel ? ' This keeps the target’s kernel from being installed.' : ''}`,
        zh: `dnf 排除了：${entries}。${kernel ? '这会使目标内核无法安装。' : ''}`,
      },
      evidence: [
        {
          fact: main.length > 0 ? 'dnfConfig' : 'repositories',
          excerpt: excerptOf(all.map(({ where, entry }) => `${where} exclude=${entry}`)),
        },
      ],
    }
  },
})
