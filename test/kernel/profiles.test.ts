import { describe, expect, it } from 'vitest'
import { builtinKernelProfile } from '../../src/kernel/profiles.ts'
import { kernelLines } from '../../src/model/kernel.ts'

const rhck = builtinKernelProfile('rhck-4.18', 'x86_64')
const anck419 = builtinKernelProfile('anck-4.19', 'x86_64')
const anck510 = builtinKernelProfile('anck-5.10', 'x86_64')
const containeros = builtinKernelProfile('containeros', 'x86_64')

describe('modules', () => {
  it.each([
    ['overlay', 'module', 'module', 'module', 'module'],
    ['ext4', 'module', 'builtin', 'builtin', 'builtin'],
    ['virtio_net', 'module', 'builtin', 'module', 'module'],
    ['mpi3mr', 'module', 'unknown', 'absent', 'absent'],
    ['amd-xgbe', 'module', 'module', 'absent', 'absent'],
    ['bcache', 'absent', 'module', 'absent', 'absent'],
    ['btrfs', 'absent', 'module', 'absent', 'absent'],
    ['cls_rsvp', 'module', 'absent', 'absent', 'absent'],
    ['sctp', 'extra', 'extra', 'extra', 'unknown'],
    ['ixgbe', 'module', 'unknown', 'module', 'unknown'],
    ['no_such_module', 'unknown', 'unknown', 'unknown', 'unknown'],
  ])('knows %s per line', (name, ...expected) => {
    const answers = [rhck, anck419, anck510, containeros].map((profile) => profile.module(name).answer)
    expect(answers).toEqual(expected)
  })

  it('takes - and _ for the same', () => {
    expect(rhck.module('dm-mod')).toEqual(rhck.module('dm_mod'))
  })

  it('names where a merged module went, only in the lines that merged it', () => {
    expect(anck419.module('nf_conntrack_ipv4').replacedBy).toBe('nf_conntrack')
    expect(anck510.module('nf_conntrack_ipv4').replacedBy).toBe('nf_conntrack')
    expect(rhck.module('nf_conntrack_ipv4')).toMatchObject({ answer: 'module' })
    expect(anck419.module('nf_nat_ipv4')).toMatchObject({ answer: 'module' })
  })

  it('gives a source with every answer', () => {
    for (const name of ['overlay', 'nf_conntrack_ipv4', 'no_such_module']) {
      expect(anck510.module(name).source).not.toBe('')
    }
  })
})

describe('options', () => {
  it('tells switched off from silent', () => {
    expect(anck510.option('BTRFS_FS').answer).toBe('absent')
    expect(anck510.option('INPUT_JOYDEV').answer).toBe('unknown')
    expect(anck419.option('DEBUG_INFO_BTF').answer).toBe('unknown')
  })

  it('accepts the CONFIG_ prefix', () => {
    expect(rhck.option('CONFIG_PSI').answer).toBe('builtin')
  })

  it('does not take an option that only 8.0 lacked for absent', () => {
    expect(rhck.option('VHOST').answer).not.toBe('absent')
  })
})

describe('symbols', () => {
  it('keeps the CRC of stable symbols within the same line', () => {
    expect(rhck.symbol('__alloc_disk_node', '0x75d19f57')).toBe('same')
    expect(rhck.symbol('__alloc_disk_node', '0x00000001')).toBe('changed')
    expect(rhck.symbol('__alloc_disk_node', null)).toBe('changed')
  })

  it('tells rebuilding from porting on 5.10', () => {
    expect(anck510.symbol('__alloc_skb', '0x3c5dfeb0')).toBe('changed')
    expect(anck510.symbol('do_gettimeofday', null)).toBe('gone')
  })

  it('says unknown for symbols outside the stable list, and on 4.19', () => {
    expect(rhck.symbol('my_own_symbol', '0x1')).toBe('unknown')
    expect(anck419.symbol('__alloc_skb', '0x3c5dfeb0')).toBe('unknown')
  })
})

describe('architectures', () => {
  it('knows RHCK on aarch64 and nothing of ANCK there', () => {
    expect(builtinKernelProfile('rhck-4.18', 'aarch64').module('overlay').answer).toBe('module')
    const anck = builtinKernelProfile('anck-5.10', 'aarch64')
    expect(anck.module('overlay').answer).toBe('unknown')
    expect(anck.symbol('do_gettimeofday', null)).toBe('unknown')
    expect(anck.completeness.en).toContain('Nothing is known')
  })

  it('keeps what it built for known architectures, and nothing under a name that a host made up', () => {
    expect(builtinKernelProfile('anck-5.10', 'x86_64')).toBe(anck510)
    const made = builtinKernelProfile('anck-5.10', '__proto__')
    expect(made).not.toBe(builtinKernelProfile('anck-5.10', '__proto__'))
    expect(made.module('overlay').answer).toBe('unknown')
  })

  it('says of every line how complete it is, in both languages', () => {
    for (const line of kernelLines) {
      const { completeness } = builtinKernelProfile(line, 'x86_64')
      expect(completeness.en).not.toBe('')
      expect(completeness.zh).toMatch(/[\u4e00-\u9fff]/)
    }
  })
})
