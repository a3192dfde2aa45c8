import { defineCheck, notApplicable, pass, unknown } from '../src/model/check.ts'
import { excerptOf } from '../src/model/excerpt.ts'

/** SPDK drives disks from user space by VFIO and huge pages. */
export const spdkUserSpaceIo = defineCheck({
  id: 'spdk-user-space-io',
  domain: 'kubernetes',
  targets: ['anolis-rhck', 'anolis-anck', 'containeros'],
  needs: ['cloudNative', 'pci'],
  severity: 'high',
  worstSeverity: 'block',
  title: { en: 'SPDK needs VFIO and huge pages', zh: 'SPDK 依赖 VFIO 与大页' },
  what: {
    en: 'SPDK takes NVMe disks from the kernel by vfio-pci or uio_pci_generic and needs IOMMU and huge page arguments on the command line. A trimmed image may lack these modules; the binding scripts need Python or a shell with sysfs.',
    zh: 'SPDK 通过 vfio-pci 或 uio_pci_generic 接管 NVMe 磁盘，并要求在内核参数中开启 IOMMU 与大页。精简镜像可能缺少这些模块，绑定脚本还依赖 Python 或可操作 sysfs 的 shell。',
  },
  remedies: [
    {
      kind: 'hint',
      text: {
        en: 'Carry intel_iommu=on and hugepages arguments, bind the disks by a systemd unit, and prove the modules on the target.',
        zh: '随迁 intel_iommu=on 与大页参数，用 systemd 单元绑定磁盘，并在目标系统上验证模块。',
      },
    },
  ],
  effort: { onceMinutes: 480, perHostMinutes: 15 },
  sources: ['https://spdk.io/doc/system_configuration.html'],
  evaluate({ cloudNative, pci }, { kernel, kernelLine, target }) {
    const found = cloudNative.systems.find(({ id }) => id === 'spdk')
    const bound = pci.devices.filter(({ driver }) => driver === 'vfio-pci' || driver === 'uio_pci_generic')
    if (found === undefined) return notApplicable('SPDK is not used here.', '本机未使用 SPDK。')
    const drivers = [...new Set(bound.map(({ driver }) => driver ?? ''))]
    const evidence = [
      { fact: 'cloudNative' as const, excerpt: `spdk: ${found.evidence}` },
      ...(bound.length === 0
        ? []
        : [
            {
              fact: 'pci' as const,
              excerpt: excerptOf(bound.map(({ slot, driver }) => `${slot} ${driver ?? '-'}`)),
            },
          ]),
    ]
    const answers = (drivers.length === 0 ? ['vfio-pci'] : drivers).map((name) => ({
      name,
      ...kernel.module(name),
    }))
    const absent = answers.filter(({ answer }) => answer === 'absent' || answer === 'extra')
    if (absent.length > 0 || target === 'containeros') {
      const names = absent.map(({ name }) => name).join(', ')
      return {
        status: 'fail',
        severity: absent.length > 0 ? 'block' : 'high',
        here: {
          en:
            absent.length > 0
              ? `${kernelLine} has no ${names}.`
              : `SPDK serves ${bound.length} devices; the image must be proven.`,
          zh:
            absent.length > 0
              ? `${kernelLine} 内核没有 ${names}。`
              : `SPDK 接管了 ${bound.length} 个设备，需在镜像上验证。`,
        },
        evidence,
      }
    }
    if (answers.every(({ answer }) => answer !== 'unknown')) return pass
    return unknown(
      `The data of ${kernelLine} does not say whether it has the drivers of SPDK.`,
      `${kernelLine} 的内核数据未说明是否具备 SPDK 所需驱动。`,
      evidence,
    )
  },
})
