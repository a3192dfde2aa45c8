import { defineCheck, pass } from '../src/model/check.ts'
import { excerptOf, nameSome } from '../src/model/excerpt.ts'

/** Networking by the old network.service and ifcfg files: NetworkManager keyfiles replace them. */
export const networkScripts = defineCheck({
  id: 'network-scripts',
  domain: 'network',
  targets: ['anolis-anck', 'containeros'],
  needs: ['networkConfig'],
  severity: 'low',
  worstSeverity: { containeros: 'medium' },
  title: { en: 'The network is set up by network-scripts', zh: '网络由 network-scripts 配置' },
  what: {
    en: 'network.service and interfaces with NM_CONTROLLED=no bypass NetworkManager. The package network-scripts is deprecated on 8 and absent from immutable systems; its ifcfg files mean nothing there.',
    zh: 'network.service 以及 NM_CONTROLLED=no 的接口不受 NetworkManager 管理。network-scripts 在 8 系列已弃用，不可变系统中没有它，ifcfg 文件也不起作用。',
  },
  remedies: [
    {
      kind: 'hint',
      text: {
        en: 'Let NetworkManager take over the interfaces and write keyfiles.',
        zh: '将接口交由 NetworkManager 管理，并改写为 keyfile。',
      },
    },
  ],
  effort: { onceMinutes: 60, perHostMinutes: 10 },
  sources: [
    'https://github.com/oamg/leapp-repository (networkdeprecations, checkifcfg)',
    'nm-settings-ifcfg-rh(5)',
  ],
  evaluate({ networkConfig }, { target }) {
    const apart = networkConfig.ifcfg.filter(
      ({ settings }) => settings['NM_CONTROLLED']?.toLowerCase() === 'no',
    )
    if (!networkConfig.networkScripts && apart.length === 0) return pass
    const files = nameSome(apart.map(({ file }) => file))
    return {
      status: 'fail',
      severity: target === 'containeros' ? 'medium' : 'low',
      here: {
        en: `${networkConfig.networkScripts ? 'network.service is enabled. ' : ''}${apart.length > 0 ? `Outside NetworkManager: ${files}.` : ''}`.trim(),
        zh: `${networkConfig.networkScripts ? '启用了 network.service。' : ''}${apart.length > 0 ? `不受 NetworkManager 管理：${files}。` : ''}`,
      },
      evidence: [
        {
          fact: 'networkConfig',
          excerpt: excerptOf([
            ...(networkConfig.networkScripts ? ['network.service: enabled'] : []),
            ...apart.map(({ file }) => `${file}: NM_CONTROLLED=no`),
          ]),
        },
      ],
    }
  },
})
