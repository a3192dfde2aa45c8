import { driverAnswer } from '../src/kernel/driver-modules.ts'
import { defineCheck, pass, unknown } from '../src/model/check.ts'
import { excerptOf, nameSome } from '../src/model/excerpt.ts'
import type { FactValue } from '../src/model/facts.ts'
import { pciUse } from '../src/model/pci-use.ts'

/** Drivers bound to storage, network and accelerator devices that the target's kernel lacks. */
export const removedDriversInUse = defineCheck({
  id: 'removed-drivers-in-use',
  domain: 'hardware',
  targets: ['anolis-rhck', 'anolis-anck', 'containeros'],
  needs: ['pci'],
  uses: ['moduleFiles'],
  severity: 'high',
  title: { en: 'Device drivers in use are missing in the target’s kernel', zh: '目标内核缺少在用的设备驱动' },
  what: {
    en: 'Storage, network, InfiniBand, USB and accelerator devices whose driver is bound today and gone in the target’s kernel stop working after the move. Root disk and uplink are judged by checks of their own.',
    zh: '当前已绑定驱动、而目标内核不再提供该驱动的存储、网络、InfiniBand、USB 与加速设备，迁移后将无法工作。根磁盘与上行网卡由专门的检查负责。',
  },
  remedies: [
    {
      kind: 'hint',
      text: {
        en: 'Find out what uses the device; choose another kernel line, replace the device, or accept its loss.',
        zh: '确认设备用途，选择其他内核、更换设备，或接受停用。',
      },
    },
    { kind: 'command', argv: ['lspci', '-nnk'] },
  ],
  effort: { onceMinutes: 120, perHostMinutes: 10 },
  sources: [
    'Configurations of kernels 4.18.0-513.18.1.el8_9, ANCK 4.19.91, ANCK 5.10.134',
    'https://github.com/oamg/leapp-repository (checkdetecteddevicesanddrivers)',
  ],
  evaluate({ pci, moduleFiles }, { kernel, kernelLine }) {
    const foreign = moduleFiles && new Set(moduleFiles.outOfTree.map(({ name }) => name))
    const answers = pci.devices.flatMap((device) => {
      const use = pciUse(device.class)
      if (use === null || device.driver === null) return []
      return [{ device, use, answer: driverAnswer(device.driver, kernel, foreign).answer }]
    })
    const absent = answers.filter(({ answer }) => answer === 'absent')
    // A USB controller that nothing hangs on is no reason to know nothing of the host.
    const open = answers.filter(({ use, answer }) => answer === 'unknown' && use !== 'usb')
    if (absent.length > 0) {
      const names = nameSome([...new Set(absent.map(({ device }) => device.driver ?? ''))])
      return {
        status: 'fail',
        severity: absent.some(({ use }) => use === 'storage' || use === 'network') ? 'high' : 'medium',
        here: {
          en: `${kernelLine} has no ${names}; devices that use it: ${absent.length}.`,
          zh: `${kernelLine} 不包含 ${names}，有 ${absent.length} 个设备正在使用。`,
        },
        evidence: [{ fact: 'pci', excerpt: excerptOf(absent.map(({ device }) => describe(device))) }],
      }
    }
    if (open.length === 0) return pass
    const names = nameSome([...new Set(open.map(({ device }) => device.driver ?? ''))])
    return unknown(
      `The data of ${kernelLine} does not tell about these drivers in use: ${names}.`,
      `${kernelLine} 的数据未包含以下在用驱动：${names}。`,
      [{ fact: 'pci', excerpt: excerptOf(open.map(({ device }) => describe(device))) }],
    )
  },
})

function describe(device: FactValue<'pci'>['devices'][number]): string {
  return `${device.slot} ${device.vendor}:${device.device} ${device.driver ?? '-'}`
}
