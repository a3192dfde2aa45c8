import { driverAnswer } from '../src/kernel/driver-modules.ts'
import { defineCheck, pass, unknown } from '../src/model/check.ts'
import { excerptOf, nameSome } from '../src/model/excerpt.ts'
import { uplinkInterfaces } from '../src/model/uplink.ts'

/** Without the driver of its uplink the host comes up unreachable. */
export const removedDriverUplink = defineCheck({
  id: 'removed-driver-uplink',
  domain: 'hardware',
  targets: ['anolis-rhck', 'anolis-anck', 'containeros'],
  needs: ['nics', 'routes'],
  uses: ['moduleFiles'],
  severity: 'block',
  title: {
    en: 'The uplink’s network driver is missing in the target’s kernel',
    zh: '目标内核缺少上行网卡的驱动',
  },
  what: {
    en: 'The interfaces below the default route, through VLANs, bonds and bridges, must have their drivers in the target’s kernel, or the host boots and nobody can reach it.',
    zh: '默认路由所经接口（穿过 VLAN、bond、网桥）的驱动必须存在于目标内核中，否则主机启动后无法访问。',
  },
  remedies: [
    {
      kind: 'hint',
      text: {
        en: 'Choose a target whose kernel has the driver (anolis-rhck keeps them all), change the adapter, or prove it on one spare machine with the target’s image.',
        zh: '选择内核带有该驱动的目标（anolis-rhck 保留全部驱动）、更换网卡，或用目标镜像在备机上实测。',
      },
    },
  ],
  effort: { onceMinutes: 240, perHostMinutes: 0 },
  sources: [
    'Configuration of kernel ANCK 5.10.134: AMD_XGBE, STMMAC_ETH, MACB, MICROSOFT_MANA, DL2K do not exist',
    'https://github.com/oamg/leapp-repository (checkdetecteddevicesanddrivers)',
  ],
  evaluate({ nics, routes, moduleFiles }, { kernel, kernelLine }) {
    const foreign = moduleFiles && new Set(moduleFiles.outOfTree.map(({ name }) => name))
    const uplinks = uplinkInterfaces(nics, routes)
    const evidence = [
      {
        fact: 'nics' as const,
        excerpt: excerptOf(uplinks.map(({ name, driver }) => `${name}: ${driver ?? '-'}`)),
      },
    ]
    if (uplinks.length === 0) {
      return unknown(
        'No physical interface is known below the default route.',
        '无法确定默认路由所经的物理网卡。',
        evidence,
      )
    }
    const answers = uplinks.map(({ name, driver }) => ({
      name: `${name} (${driver ?? '-'})`,
      answer: driver === null ? 'unknown' : driverAnswer(driver, kernel, foreign).answer,
    }))
    const absent = answers.filter(({ answer }) => answer === 'absent').map(({ name }) => name)
    const open = answers.filter(({ answer }) => answer === 'unknown').map(({ name }) => name)
    if (absent.length > 0) {
      return {
        status: 'fail',
        here: {
          en: `${kernelLine} has no driver for ${nameSome(absent)}.`,
          zh: `${kernelLine} 没有 ${nameSome(absent)} 的驱动。`,
        },
        evidence,
      }
    }
    if (open.length === 0) return pass
    return unknown(
      `The data of ${kernelLine} does not tell about ${nameSome(open)}.`,
      `${kernelLine} 的数据未包含 ${nameSome(open)}。`,
      evidence,
    )
  },
})
