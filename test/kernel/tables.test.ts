import { describe, expect, it } from 'vitest'
import { cmdlineParameters, parametersFor, splitArgument } from '../../src/kernel/cmdline-parameters.ts'
import { isContainerOsModule } from '../../src/kernel/container-essentials.ts'
import { isExtraModule } from '../../src/kernel/extra-modules.ts'
import { isHousekeeping } from '../../src/kernel/housekeeping-modules.ts'
import { builtinKernelProfile } from '../../src/kernel/profiles.ts'
import { sysctlAnswer, sysctlRows } from '../../src/kernel/sysctl-keys.ts'

describe('the table of kernel arguments', () => {
  it('has a source, lines and both languages in every row', () => {
    for (const row of cmdlineParameters) {
      expect(row.source).not.toBe('')
      expect(row.lines.length).toBeGreaterThan(0)
      expect(row.effect.zh).toMatch(/[\u4e00-\u9fff]/)
    }
  })

  it('tells values and lines apart', () => {
    expect(parametersFor('elevator=cfq', 'anck-5.10')).toHaveLength(1)
    expect(parametersFor('elevator=cfq', 'anck-4.19')).toEqual([])
    expect(parametersFor('elevator', 'anck-5.10')).toEqual([])
    expect(parametersFor('elevator=bfq', 'anck-5.10')).toEqual([])
  })

  it('splits at the first equals sign', () => {
    expect(splitArgument('root=UUID=1')).toEqual(['root', 'UUID=1'])
    expect(splitArgument('quiet')).toEqual(['quiet', undefined])
  })
})

describe('the table of sysctl keys', () => {
  it('has a source in every row', () => {
    for (const row of sysctlRows) expect(row.source).toMatch(/^(https:|Configuration)/)
  })

  it.each([
    ['net.ipv4.ip_forward', 'builtin'],
    ['-net.ipv4.ip_forward', 'builtin'],
    ['net/bridge/bridge-nf-call-iptables', 'builtin'],
    ['kernel.yama.ptrace_scope', 'absent'],
    ['net.ipv4.tcp_tw_recycle', 'absent'],
    ['dev.vendor.level', 'unknown'],
  ])('knows %s on ANCK 5.10', (key, answer) => {
    expect(sysctlAnswer(key, builtinKernelProfile('anck-5.10', 'x86_64'))).toBe(answer)
  })
})

describe('the lists of modules', () => {
  it('knows what an image keeps', () => {
    for (const name of ['overlay', 'virtio_net', 'ip_vs_rr', 'xt_comment']) {
      expect(isContainerOsModule(name)).toBe(true)
    }
    for (const name of ['ixgbe', 'megaraid_sas', 'nvidia']) expect(isContainerOsModule(name)).toBe(false)
  })

  it('knows what no node needs, and no driver of a disk or a network among it', () => {
    for (const name of ['joydev', 'drm', 'coretemp']) expect(isHousekeeping(name)).toBe(true)
    for (const name of ['ixgbe', 'sd_mod', 'overlay', 'ip_vs', 'nvme'])
      expect(isHousekeeping(name)).toBe(false)
  })

  it('knows kernel-modules-extra', () => {
    expect(isExtraModule('sctp')).toBe(true)
    expect(isExtraModule('overlay')).toBe(false)
  })
})
