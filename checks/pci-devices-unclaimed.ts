import { defineCheck, pass } from '../src/model/check.ts'
import { excerptOf } from '../src/model/excerpt.ts'
import { pciUse } from '../src/model/pci-use.ts'

/** Devices that have no driver today: the same will hold after the move. */
export const pciDevicesUnclaimed = defineCheck({
  id: 'pci-devices-unclaimed',
  domain: 'hardware',
  targets: ['anolis-rhck', 'anolis-anck', 'containeros'],
  needs: ['pci'],
  severity: 'low',
  title: { en: 'Devices without a driver', zh: '存在未绑定驱动的设备' },
  what: {
    en: 'A storage, network or accelerator device without a driver is either passed through on purpose, not used, or was served by a driver that is not loaded now. Know which before the move: afterwards it looks like damage done by it.',
    zh: '存储、网络或加速设备没有驱动，可能是有意直通、未使用，或其驱动当前未加载。请在迁移前弄清，否则迁移后会被误认为是迁移造成的故障。',
  },
  remedies: [
    {
      kind: 'hint',
      text: {
        en: 'Note for each device whether it is meant to be unused.',
        zh: '逐一确认这些设备是否本就不使用。',
      },
    },
    { kind: 'command', argv: ['lspci', '-nnk'] },
  ],
  effort: { onceMinutes: 15, perHostMinutes: 5 },
  sources: ['https://gitee.com/src-anolis-sig/ance (hardware: unclaimed)'],
  evaluate({ pci }) {
    const unclaimed = pci.devices.filter((device) => {
      const use = pciUse(device.class)
      return device.driver === null && use !== null && use !== 'usb'
    })
    if (unclaimed.length === 0) return pass
    return {
      status: 'fail',
      here: {
        en: `Storage, network or accelerator devices without a driver: ${unclaimed.length}.`,
        zh: `有 ${unclaimed.length} 个存储、网络或加速设备未绑定驱动。`,
      },
      evidence: [
        {
          fact: 'pci',
          excerpt: excerptOf(unclaimed.map((d) => `${d.slot} ${d.vendor}:${d.device} class ${d.class}`)),
        },
      ],
    }
  },
})
