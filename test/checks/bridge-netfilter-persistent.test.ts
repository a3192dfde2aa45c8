import { describe, expect, it } from 'vitest'
import { bridgeNetfilterPersistent } from '../../checks/bridge-netfilter-persistent.ts'
import { judge, judgeWithout } from '../support/judge.ts'

describe('bridge-netfilter-persistent', () => {
  it('passes when files set both', () => {
    expect(judge(bridgeNetfilterPersistent, {}).status).toBe('pass')
  })

  it('fails when a value was set by hand', () => {
    expect(
      judge(bridgeNetfilterPersistent, {
        sysctl: { files: [{ file: '/etc/sysctl.d/k8s.conf', key: 'net.ipv4.ip_forward', value: '1' }] },
      }),
    ).toMatchObject({
      status: 'fail',
      here: { en: expect.stringContaining('bridge-nf-call-iptables: live 1, in files not set') },
    })
  })

  it('fails when nothing loads the module', () => {
    expect(judge(bridgeNetfilterPersistent, { moduleConfig: { load: [] } })).toMatchObject({
      status: 'fail',
      here: { en: expect.stringContaining('br_netfilter') },
    })
  })

  it('takes the last file’s value', () => {
    expect(
      judge(bridgeNetfilterPersistent, {
        sysctl: {
          files: [
            { file: 'a', key: 'net.ipv4.ip_forward', value: '1' },
            { file: 'b', key: 'net.bridge.bridge-nf-call-iptables', value: '1' },
            { file: 'c', key: 'net.ipv4.ip_forward', value: '0' },
          ],
        },
      }),
    ).toMatchObject({ status: 'fail', here: { en: expect.stringContaining('in files 0') } })
  })

  it('accepts slashes and hyphens in names', () => {
    expect(
      judge(bridgeNetfilterPersistent, {
        sysctl: {
          files: [
            { file: 'a', key: 'net/ipv4/ip_forward', value: '1' },
            { file: 'b', key: 'net/bridge/bridge-nf-call-iptables', value: '1' },
          ],
        },
        moduleConfig: { load: [{ file: 'x', module: 'br-netfilter' }] },
      }).status,
    ).toBe('pass')
  })

  it('has nothing to say without a kubelet', () => {
    expect(
      judge(bridgeNetfilterPersistent, { kubelet: { installed: false }, moduleConfig: { load: [] } }).status,
    ).toBe('not-applicable')
  })

  it.each([...bridgeNetfilterPersistent.needs])('is unknown, not pass, without the fact %s', (fact) => {
    expect(judgeWithout(bridgeNetfilterPersistent, fact)).toMatchObject({
      status: 'unknown',
      missing: [{ fact }],
    })
  })
})
