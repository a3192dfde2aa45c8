import { defineCheck, pass } from '../src/model/check.ts'
import { excerptOf, nameSome } from '../src/model/excerpt.ts'

/** GPU drivers are built for one kernel, and ACK's ContainerOS takes no GPUs. */
export const gpuDriver = defineCheck({
  id: 'gpu-driver',
  domain: 'hardware',
  targets: ['anolis-rhck', 'anolis-anck', 'containeros'],
  needs: ['gpu'],
  severity: 'high',
  worstSeverity: { containeros: 'block' },
  title: { en: 'GPUs need their driver on the target', zh: 'GPU 在目标系统上需要驱动' },
  what: {
    en: 'A proprietary GPU driver is an out-of-tree module: it must be built for the target’s kernel before the node takes GPU work again. ACK’s ContainerOS node pools do not take GPU machines at all.',
    zh: '专有 GPU 驱动属于树外模块，节点重新承接 GPU 任务之前必须针对目标内核重新构建。ACK 的 ContainerOS 节点池不支持 GPU 机型。',
  },
  remedies: [
    {
      kind: 'hint',
      text: {
        en: 'In place: have the driver of the target’s kernel ready (package or GPU operator) before the move. ContainerOS: keep GPU nodes on Anolis OS; when your own image has the driver, record that in a waiver.',
        zh: '就地迁移：提前准备好目标内核的驱动（软件包或 GPU Operator）。ContainerOS：GPU 节点请保留在 Anolis OS；若自有镜像已含驱动，请以豁免记录。',
      },
    },
  ],
  effort: { onceMinutes: 240, perHostMinutes: 20 },
  sources: [
    'https://help.aliyun.com/zh/ack/ (ContainerOS overview: no GPU)',
    'https://github.com/oamg/leapp-repository (nvidiaproprietarydriver)',
  ],
  evaluate({ gpu }, { target }) {
    const kind = target === 'containeros' ? accelerator : proprietary
    const drivers = gpu.drivers.filter(({ name }) => kind.test(name))
    const bound = gpu.devices.filter(({ driver }) => proprietary.test(driver ?? ''))
    const evidence = [
      {
        fact: 'gpu' as const,
        excerpt: excerptOf([
          ...gpu.devices.map((d) => `${d.slot} ${d.vendor}:${d.device} ${d.driver ?? '-'}`),
          ...gpu.drivers.map((d) => `${d.name} ${d.version ?? ''}`.trim()),
        ]),
      },
    ]
    // A virtual machine's console is no GPU: of display controllers only those of the known vendors count without a driver.
    const devices = gpu.devices.filter(
      ({ class: code, vendor, driver }) =>
        code?.startsWith('12') === true || vendor === '10de' || accelerator.test(driver ?? ''),
    )
    if (target === 'containeros' && (devices.length > 0 || drivers.length > 0)) {
      const count = Math.max(devices.length, 1)
      return {
        status: 'fail',
        severity: 'block',
        here: {
          en: `ContainerOS node pools do not take GPUs and other accelerators; this host has ${count}.`,
          zh: `该主机有 ${count} 块 GPU 或其他加速卡，ContainerOS 节点池不支持。`,
        },
        evidence,
      }
    }
    if (drivers.length === 0 && bound.length === 0) return pass
    const names = nameSome([
      ...new Set([
        ...drivers.map(({ name, version }) => `${name} ${version ?? ''}`.trim()),
        ...bound.map(({ driver }) => driver ?? ''),
      ]),
    ])
    return {
      status: 'fail',
      here: {
        en: `${names} must be built for the target’s kernel.`,
        zh: `${names} 必须针对目标内核重新构建。`,
      },
      evidence,
    }
  },
})

const proprietary = /^(nvidia|nvidia_\w+|amdgpu-pro|fglrx|drv_davinci_\w+)$/
const accelerator = /^(nvidia|nvidia_\w+|nouveau|amdgpu|amdgpu-pro|fglrx|habanalabs|drv_davinci_\w+)$/
