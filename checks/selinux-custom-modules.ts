import { defineCheck, pass, unknown } from '../src/model/check.ts'
import { excerptOf, nameSome } from '../src/model/excerpt.ts'

/** Own policy modules are built against the old base policy. */
export const selinuxCustomModules = defineCheck({
  id: 'selinux-custom-modules',
  domain: 'security',
  targets: ['anolis-rhck', 'anolis-anck', 'containeros'],
  needs: ['selinux'],
  severity: 'low',
  worstSeverity: { containeros: 'medium' },
  title: { en: 'Own SELinux policy modules are installed', zh: '安装了自定义 SELinux 策略模块' },
  what: {
    en: 'Policy modules installed by hand may refer to types that the target’s base policy names differently; then the whole policy fails to load. On ContainerOS they do not exist.',
    zh: '手工安装的策略模块可能引用了目标系统基础策略中名称不同的类型，导致整个策略加载失败。ContainerOS 上则没有这些模块。',
  },
  remedies: [
    { kind: 'command', argv: ['semodule', '--list-modules=full'] },
    {
      kind: 'hint',
      text: {
        en: 'Keep the sources, and rebuild the modules against the target’s policy.',
        zh: '保留源文件，并基于目标系统的策略重新构建。',
      },
    },
  ],
  effort: { onceMinutes: 120, perHostMinutes: 3 },
  sources: ['semodule(8)', 'https://github.com/oamg/leapp-repository (selinuxcontentscanner)'],
  evaluate({ selinux }, { target }) {
    if (selinux.mode === 'disabled') return pass
    if (selinux.customModules === null) {
      return unknown('The installed policy modules could not be read.', '无法读取已安装的策略模块。')
    }
    if (selinux.customModules.length === 0) return pass
    return {
      status: 'fail',
      severity: target === 'containeros' ? 'medium' : 'low',
      here: {
        en: `Own modules: ${nameSome(selinux.customModules)}.`,
        zh: `自定义模块：${nameSome(selinux.customModules)}。`,
      },
      evidence: [{ fact: 'selinux', excerpt: excerptOf(selinux.customModules) }],
    }
  },
})
