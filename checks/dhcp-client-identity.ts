import { defineCheck, pass } from '../src/model/check.ts'
import { excerptOf } from '../src/model/excerpt.ts'

const keys = [
  'DHCP_CLIENT_ID',
  'DHCPV6_DUID',
  'dhcp-client-id',
  'dhcp-duid',
  'dhcp-iaid',
  'DHCP_HOSTNAME',
  'dhcp-hostname',
]

/** A DHCP reservation by client id or DUID gives another address to a system that sends another one. */
export const dhcpClientIdentity = defineCheck({
  id: 'dhcp-client-identity',
  domain: 'network',
  targets: ['containeros'],
  needs: ['networkConfig', 'addresses'],
  severity: 'low',
  title: { en: 'The DHCP server may not recognise the new system', zh: 'DHCP 服务器可能无法识别新系统' },
  what: {
    en: 'Reservations by MAC address survive the move. Those by client id, host name or DHCPv6 DUID do not: the DUID is derived from the machine id, which is new after a reprovision.',
    zh: '按 MAC 地址的保留在迁移后仍然有效；按客户端 ID、主机名或 DHCPv6 DUID 的保留则会失效，因为 DUID 由 machine-id 派生，而重装后 machine-id 会改变。',
  },
  remedies: [
    {
      kind: 'hint',
      text: {
        en: 'Reserve the address by MAC, or write the client id into the keyfile.',
        zh: '改为按 MAC 保留地址，或在 keyfile 中写明客户端 ID。',
      },
    },
  ],
  effort: { onceMinutes: 30, perHostMinutes: 3 },
  sources: ['nm-settings-keyfile(5): ipv4.dhcp-client-id, ipv6.dhcp-duid', 'RFC 8415'],
  evaluate({ networkConfig, addresses }) {
    const set = [...networkConfig.ifcfg, ...networkConfig.keyfiles].flatMap(({ file, settings }) =>
      Object.entries(settings)
        .filter(([key]) => keys.some((known) => key === known || key.endsWith(`.${known}`)))
        .map(([key, value]) => ({ fact: 'networkConfig' as const, line: `${file}: ${key}=${value}` })),
    )
    const v6 = addresses.addresses
      .filter(
        ({ family, dynamic, scope, prefix }) =>
          family === 6 && dynamic && scope === 'global' && prefix === 128,
      )
      .map((a) => ({ fact: 'addresses' as const, line: `${a.interface} ${a.address}/128 (DHCPv6)` }))
    const found = [...set, ...v6]
    if (found.length === 0) return pass
    return {
      status: 'fail',
      here: {
        en: `Identity beyond the MAC address: ${found.map(({ line }) => line).join('; ')}.`,
        zh: `除 MAC 之外的 DHCP 标识：${found.map(({ line }) => line).join('；')}。`,
      },
      evidence: found.map(({ fact, line }) => ({ fact, excerpt: excerptOf([line]) })),
    }
  },
})
