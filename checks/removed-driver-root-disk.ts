import { driverAnswer } from '../src/kernel/driver-modules.ts'
import { defineCheck, pass, unknown } from '../src/model/check.ts'
import { excerptOf, nameSome } from '../src/model/excerpt.ts'

/** Without the driver of its root disk the new kernel does not find its root filesystem. */
export const removedDriverRootDisk = defineCheck({
  id: 'removed-driver-root-disk',
  domain: 'hardware',
  targets: ['anolis-rhck', 'anolis-anck', 'containeros'],
  needs: ['disks'],
  uses: ['moduleFiles'],
  severity: 'block',
  title: { en: 'The root disk’s driver is missing in the target’s kernel', zh: '目标内核缺少根磁盘的驱动' },
  what: {
    en: 'Every driver between the root filesystem and the hardware must be in the target’s kernel, or it stops in the initramfs. ANCK 5.10 lacks drivers that CentOS 8 has (mpi3mr); ContainerOS is trimmed to virtual machines.',
    zh: '从根文件系统到硬件之间的所有驱动都必须存在于目标内核中，否则系统会停在 initramfs 阶段。ANCK 5.10 缺少部分 CentOS 8 驱动（如 mpi3mr），ContainerOS 则按虚拟机环境做了裁剪。',
  },
  remedies: [
    {
      kind: 'hint',
      text: {
        en: 'Choose a target whose kernel has the driver (anolis-rhck keeps them all), or prove it on one spare machine with the target’s image.',
        zh: '选择内核带有该驱动的目标（anolis-rhck 保留全部驱动），或用目标镜像在一台备机上实测。',
      },
    },
  ],
  effort: { onceMinutes: 240, perHostMinutes: 0 },
  sources: [
    'Configuration of kernel ANCK 5.10.134: SCSI_MPI3MR does not exist',
    'https://github.com/oamg/leapp-repository (checkdetecteddevicesanddrivers)',
  ],
  evaluate({ disks, moduleFiles }, { kernel, kernelLine }) {
    const foreign = moduleFiles && new Set(moduleFiles.outOfTree.map(({ name }) => name))
    const roots = disks.devices.filter(({ name }) => disks.rootDisks.includes(name))
    const evidence = [
      {
        fact: 'disks' as const,
        excerpt: excerptOf(roots.map(({ name, drivers }) => `${name}: ${drivers.join(' < ')}`)),
      },
    ]
    if (roots.length === 0 || roots.some(({ drivers }) => drivers.length === 0)) {
      return unknown('The root disk or its driver is not known.', '无法确定根磁盘或其驱动。', evidence)
    }
    const drivers = [...new Set(roots.flatMap((disk) => disk.drivers))]
    const answers = drivers.map((driver) => ({ driver, ...driverAnswer(driver, kernel, foreign) }))
    const absent = answers.filter(({ answer }) => answer === 'absent').map(({ driver }) => driver)
    const open = answers.filter(({ answer }) => answer === 'unknown').map(({ driver }) => driver)
    if (absent.length > 0) {
      return {
        status: 'fail',
        here: {
          en: `${kernelLine} has no ${nameSome(absent)}, which drives the root disk ${nameSome(disks.rootDisks)}.`,
          zh: `${kernelLine} 不包含根磁盘 ${nameSome(disks.rootDisks)} 所用的驱动 ${nameSome(absent)}。`,
        },
        evidence,
      }
    }
    if (open.length === 0) return pass
    return unknown(
      `The data of ${kernelLine} does not tell about ${nameSome(open)}, which drives the root disk.`,
      `${kernelLine} 的数据未包含根磁盘驱动 ${nameSome(open)}。`,
      evidence,
    )
  },
})
