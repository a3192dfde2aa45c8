import { describe, expect, it } from 'vitest'
import { virtualMachines } from '../../checks/virtual-machines.ts'
import { unit } from '../support/healthy-system.ts'
import { judge, judgeWithout } from '../support/judge.ts'

describe('virtual-machines', () => {
  it('passes a host without a hypervisor', () => {
    expect(judge(virtualMachines, {}).status).toBe('pass')
  })

  it('warns of libvirt', () => {
    expect(judge(virtualMachines, { units: { units: [unit({ name: 'libvirtd.service' })] } })).toMatchObject({
      status: 'fail',
      severity: 'medium',
      here: { en: expect.stringContaining('libvirtd.service') },
    })
  })

  it('blocks a rewrite under guests', () => {
    expect(
      judge(
        virtualMachines,
        {
          ports: {
            listening: [
              { protocol: 'tcp', address: '0.0.0.0', port: 5900, process: 'qemu-kvm', pid: 77, unit: null },
            ],
          },
        },
        { target: 'containeros' },
      ),
    ).toMatchObject({
      status: 'fail',
      severity: 'block',
      here: { en: expect.stringContaining('qemu-kvm 77') },
    })
  })

  it('ignores libvirt that is stopped', () => {
    expect(
      judge(virtualMachines, { units: { units: [unit({ name: 'libvirtd.service', active: 'inactive' })] } })
        .status,
    ).toBe('pass')
  })

  it.each([...virtualMachines.needs])('is unknown, not pass, without the fact %s', (fact) => {
    expect(judgeWithout(virtualMachines, fact)).toMatchObject({ status: 'unknown', missing: [{ fact }] })
  })
})
