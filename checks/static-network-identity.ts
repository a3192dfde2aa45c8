import { defineCheck, pass } from '../src/model/check.ts'
import { excerptOf, nameSome } from '../src/model/excerpt.ts'
import { hostInterfaces } from '../src/model/host-interfaces.ts'

/** Static addresses must be written into the Ignition configuration, or the host comes back under another address. */
export const staticNetworkIdentity = defineCheck({
  id: 'static-network-identity',
  domain: 'network',
  targets: ['containeros'],
  needs: ['nics', 'addresses'],
  uses: ['routes'],
  severity: 'medium',
  title: { en: 'Static addresses must be carried over', zh: '静态地址需要写入新系统' },
  what: {
    en: 'A rewritten system starts with DHCP. A host with static addresses, gateways and DNS keeps its place in the cluster only when they are in its own Ignition configuration, bound to the MAC address.',
    zh: '重装后的系统默认使用 DHCP。使用静态地址的主机，只有把地址、网关、DNS 写进各自的 Ignition 配置并按 MAC 绑定，才能保持其在集群中的身份。',
  },
  remedies: [
    {
      kind: 'hint',
      text: {
        en: 'Render a NetworkManager keyfile for each interface into /etc/NetworkManager/system-connections, matched by MAC.',
        zh: '为每个接口生成 NetworkManager keyfile，放入 /etc/NetworkManager/system-connections，并按 MAC 匹配。',
      },
    },
  ],
  effort: { onceMinutes: 60, perHostMinutes: 5 },
  sources: ['https://docs.fedoraproject.org/en-US/fedora-coreos/sysconfig-network-configuration/'],
  evaluate({ nics, addresses, routes }) {
    const own = new Map(hostInterfaces(nics).map((nic) => [nic.name, nic]))
    const fixed = addresses.addresses.filter(
      ({ interface: name, scope, dynamic }) => own.has(name) && scope === 'global' && !dynamic,
    )
    if (fixed.length === 0) return pass
    const gateways = (routes?.routes ?? []).filter(({ destination }) => destination === 'default')
    const lines = fixed.map(
      (a) => `${a.interface} ${own.get(a.interface)?.mac ?? '-'} ${a.address}/${a.prefix}`,
    )
    return {
      status: 'fail',
      here: {
        en: `Static: ${nameSome(fixed.map((a) => `${a.interface} ${a.address}/${a.prefix}`))}.`,
        zh: `静态地址：${nameSome(fixed.map((a) => `${a.interface} ${a.address}/${a.prefix}`))}。`,
      },
      evidence: [
        { fact: 'addresses', excerpt: excerptOf(lines) },
        ...(gateways.length === 0
          ? []
          : [
              {
                fact: 'routes' as const,
                excerpt: excerptOf(
                  gateways.map((r) => `default via ${r.gateway ?? '-'} dev ${r.interface ?? '-'}`),
                ),
              },
            ]),
      ],
    }
  },
})
