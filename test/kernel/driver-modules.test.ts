import { describe, expect, it } from 'vitest'
import { driverAnswer, moduleForDriver } from '../../src/kernel/driver-modules.ts'
import { builtinKernelProfile } from '../../src/kernel/profiles.ts'

const rhck = builtinKernelProfile('rhck-4.18', 'x86_64')
const anck419 = builtinKernelProfile('anck-4.19', 'x86_64')
const anck510 = builtinKernelProfile('anck-5.10', 'x86_64')

describe('driverAnswer', () => {
  it.each([
    ['sd', 'sd_mod'],
    ['virtio-pci', 'virtio_pci'],
    ['storvsc', 'hv_storvsc'],
    ['mpt3sas', 'mpt3sas'],
  ])('knows the module of driver %s', (driver, module) => {
    expect(moduleForDriver(driver)).toBe(module)
  })

  it('takes bus support for granted', () => {
    expect(driverAnswer('pcieport', anck419, undefined).answer).toBe('builtin')
  })

  it('takes virtio_pci for granted where virtio disks are built in', () => {
    expect(driverAnswer('virtio-pci', anck419, undefined).answer).toBe('builtin')
  })

  it('takes an own driver of CentOS 8 for still there on RHCK, a foreign one for unknown', () => {
    expect(driverAnswer('silent_in_tables', rhck, new Set()).answer).toBe('module')
    expect(driverAnswer('silent_in_tables', rhck, new Set(['silent_in_tables'])).answer).toBe('unknown')
    expect(driverAnswer('silent_in_tables', rhck, undefined).answer).toBe('unknown')
    expect(driverAnswer('silent_in_tables', anck510, new Set()).answer).toBe('unknown')
  })
})
