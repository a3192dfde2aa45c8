import { defineCheck, pass } from '../src/model/check.ts'
import { excerptOf, nameSome } from '../src/model/excerpt.ts'

const drivers = ['mlx5_core', 'bnxt_en', 'ice', 'nfp', 'sfc']

/** Newer drivers report a port name, and systemd appends it: ens1f0 becomes ens1f0np0. */
export const nicPortNameRename = defineCheck({
  id: 'nic-port-name-rename',
  domain: 'network',
  targets: ['anolis-anck', 'containeros'],
  needs: ['nics'],
  severity: 'medium',
  title: { en: 'Network cards may be renamed by a newer driver', zh: '新驱动可能使网卡改名' },
  what: {
    en: 'Drivers such as mlx5, bnxt and ice report a physical port name on newer kernels, and udev appends it to the interface’s name (ens1f0np0). Configuration that names the old interface then matches nothing.',
    zh: 'mlx5、bnxt、ice 等驱动在较新的内核上会上报物理端口名，udev 会把它追加到接口名后（ens1f0np0），引用旧名称的网络配置将不再生效。',
  },
  remedies: [
    {
      kind: 'hint',
      text: {
        en: 'Match the card by its MAC address, or pin its name by a .link file.',
        zh: '按 MAC 地址匹配网卡，或用 .link 文件固定名称。',
      },
    },
  ],
  effort: { onceMinutes: 30, perHostMinutes: 5 },
  sources: [
    'systemd.net-naming-scheme(7): phys_port_name',
    'https://github.com/harvester/harvester/issues/9877',
  ],
  evaluate({ nics }) {
    const atRisk = nics.interfaces.filter(
      ({ kind, name, driver }) =>
        kind === 'physical' &&
        driver !== null &&
        drivers.includes(driver) &&
        /^en[ops]/.test(name) &&
        !/np\d+$/.test(name),
    )
    if (atRisk.length === 0) return pass
    return {
      status: 'fail',
      here: {
        en: `Names that may change: ${nameSome(atRisk.map(({ name }) => name))}.`,
        zh: `可能改名的接口：${nameSome(atRisk.map(({ name }) => name))}。`,
      },
      evidence: [
        {
          fact: 'nics',
          excerpt: excerptOf(
            atRisk.map((n) => `${n.name} ${n.driver} phys_port_name=${n.physPortName ?? '-'}`),
          ),
        },
      ],
    }
  },
})
