import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseSocketLine, ports, unitOf } from '../../src/facts/ports.ts'
import { collectorInput } from '../support/collector-input.ts'

const stdout = `\u001esockets
udp   UNCONN 0      0          127.0.0.1:323        0.0.0.0:*    users:(("chronyd",pid=812,fd=5))
tcp   LISTEN 0      128          0.0.0.0:22         0.0.0.0:*    users:(("sshd",pid=1034,fd=4))
tcp   LISTEN 0      128                *:10250            *:*    users:(("kubelet",pid=1290,fd=21))
tcp   LISTEN 0      128             [::]:111           [::]:*    users:(("rpcbind",pid=700,fd=6),("systemd",pid=1,fd=40))
udp   UNCONN 0      0    [fe80::1]%eth0:546           [::]:*
\u001epid 812
1:name=systemd:/system.slice/chronyd.service
0::/system.slice/chronyd.service
\u001epid 1290
12:cpu,cpuacct:/system.slice/kubelet.service
1:name=systemd:/system.slice/kubelet.service
`

describe('ports', () => {
  it('reads protocol, address, port, process and unit', () => {
    expect(ports.parse(collectorInput({ stdout }))).toEqual({
      listening: [
        {
          protocol: 'udp',
          address: '127.0.0.1',
          port: 323,
          process: 'chronyd',
          pid: 812,
          unit: 'chronyd.service',
        },
        { protocol: 'tcp', address: '0.0.0.0', port: 22, process: 'sshd', pid: 1034, unit: null },
        {
          protocol: 'tcp',
          address: '*',
          port: 10250,
          process: 'kubelet',
          pid: 1290,
          unit: 'kubelet.service',
        },
        { protocol: 'tcp', address: '::', port: 111, process: 'rpcbind', pid: 700, unit: null },
        { protocol: 'udp', address: 'fe80::1%eth0', port: 546, process: null, pid: null, unit: null },
      ],
    })
  })

  it('says that other users are hidden without root', () => {
    expect(ports.parse(collectorInput({ stdout, privilege: 'user' }))).toMatchObject({
      degraded: expect.stringContaining('without root'),
    })
  })

  it('is a gap when ss failed or listed nothing', () => {
    expect(() => ports.parse(collectorInput({ stdout: `${stdout}\u001efailed 255\n` }))).toThrow(
      'ss ended with status 255',
    )
    expect(() => ports.parse(collectorInput({ stdout: '\u001esockets\n' }))).toThrow(/no listening socket/)
  })

  it('is a gap without ss', () => {
    expect(() => ports.parse(collectorInput({ stdout: '\u001eno ss\n' }))).toThrow(/not installed/)
  })

  it('gives a port between 0 and 65535 or nothing for any line', () => {
    fc.assert(
      fc.property(fc.string(), fc.nat(), (noise, port) => {
        const row = parseSocketLine(`tcp LISTEN 0 1 ${noise}:${port} 0.0.0.0:* ${noise}`)
        expect(row === null || (row.port >= 0 && row.port <= 65_535)).toBe(true)
      }),
    )
  })
})

describe('unitOf', () => {
  it('names the innermost unit, of cgroup v1 and v2', () => {
    expect(unitOf(['4:memory:/x.service', '1:name=systemd:/user.slice/user-0.slice/session-3.scope'])).toBe(
      'session-3.scope',
    )
    expect(unitOf(['0::/kubepods.slice/kubepods-burstable.slice/cri-containerd-ab.scope'])).toBe(
      'cri-containerd-ab.scope',
    )
    expect(unitOf(['0::/'])).toBeNull()
    expect(unitOf([])).toBeNull()
  })
})
