import { defineCheck, pass } from '../src/model/check.ts'
import { excerptOf, nameSome } from '../src/model/excerpt.ts'
import { hostInterfaces } from '../src/model/host-interfaces.ts'

/** Jumbo frames: a node that comes back with 1500 drops large packets between pods. */
export const mtuCarried = defineCheck({
  id: 'mtu-carried',
  domain: 'network',
  targets: ['containeros'],
  needs: ['nics'],
  severity: 'medium',
  title: { en: 'Interfaces use another MTU than 1500', zh: '接口使用非 1500 的 MTU' },
  what: {
    en: 'The new system sets 1500 unless its configuration says otherwise. Overlay networks compute their MTU from it; nodes that differ lose large packets, which looks like hanging connections.',
    zh: '除非配置中指定，新系统会使用 1500。overlay 网络的 MTU 由此推算，节点之间不一致会丢弃大包，表现为连接卡住。',
  },
  remedies: [
    {
      kind: 'hint',
      text: {
        en: 'Write the MTU into the keyfile of each interface.',
        zh: '在各接口的 keyfile 中写明 MTU。',
      },
    },
  ],
  effort: { onceMinutes: 15, perHostMinutes: 1 },
  sources: ['nm-settings-keyfile(5)', 'https://docs.tigera.io/calico/latest/networking/configuring/mtu'],
  evaluate({ nics }) {
    const found = hostInterfaces(nics).filter(({ mtu }) => mtu !== null && mtu !== 1500)
    if (found.length === 0) return pass
    return {
      status: 'fail',
      here: {
        en: `MTU to carry: ${nameSome(found.map(({ name, mtu }) => `${name} ${mtu}`))}.`,
        zh: `需要保留的 MTU：${nameSome(found.map(({ name, mtu }) => `${name} ${mtu}`))}。`,
      },
      evidence: [{ fact: 'nics', excerpt: excerptOf(found.map(({ name, mtu }) => `${name} mtu ${mtu}`)) }],
    }
  },
})
