import { defineCheck, pass } from '../src/model/check.ts'
import { excerptOf, nameSome } from '../src/model/excerpt.ts'

/** Scripts that run when an interface comes up, own link files and udev rules. */
export const customNetworkHooks = defineCheck({
  id: 'custom-network-hooks',
  domain: 'network',
  targets: ['containeros'],
  needs: ['networkConfig'],
  severity: 'medium',
  title: {
    en: 'Own network scripts, link files or udev rules',
    zh: '存在自定义网络脚本、link 文件或 udev 规则',
  },
  what: {
    en: 'Dispatcher scripts, ifup-local, .link files and udev rules set routes, names or offloads behind the configuration’s back. They are not on the new system unless they are carried, and ContainerOS cuts down udev rules.',
    zh: 'dispatcher 脚本、ifup-local、.link 文件和 udev 规则会在配置之外设置路由、名称或网卡特性。除非随迁，新系统上不会有它们，而且 ContainerOS 精简了 udev 规则。',
  },
  remedies: [
    {
      kind: 'hint',
      text: {
        en: 'Express them in keyfiles, or carry them below /etc in the Ignition configuration.',
        zh: '改写为 keyfile 设置，或通过 Ignition 写入 /etc。',
      },
    },
  ],
  effort: { onceMinutes: 60, perHostMinutes: 10 },
  sources: [
    'NetworkManager-dispatcher(8)',
    'https://github.com/oamg/leapp-repository (checkcustomnetworkscripts)',
  ],
  evaluate({ networkConfig }) {
    const files = [...networkConfig.scripts, ...networkConfig.linkFiles, ...networkConfig.udevNetRules]
    if (files.length === 0) return pass
    return {
      status: 'fail',
      here: { en: `To carry or replace: ${nameSome(files)}.`, zh: `需要随迁或替换：${nameSome(files)}。` },
      evidence: [{ fact: 'networkConfig', excerpt: excerptOf(files) }],
    }
  },
})
