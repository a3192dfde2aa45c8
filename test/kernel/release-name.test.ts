import { describe, expect, it } from 'vitest'
import { compareKernelReleases, parseKernelRelease } from '../../src/kernel/release-name.ts'

describe('parseKernelRelease', () => {
  it.each([
    ['4.18.0-348.7.1.el8_5.x86_64', '4.18.0', '348.7.1', 'el8_5', 'x86_64'],
    ['4.18.0-80.el8.aarch64', '4.18.0', '80', 'el8', 'aarch64'],
    ['4.18.0-193.60.2.an8_2.x86_64', '4.18.0', '193.60.2', 'an8_2', 'x86_64'],
    ['4.19.190-7.an8.loongarch64', '4.19.190', '7', 'an8', 'loongarch64'],
    ['5.10.134-15.1.2.lifsea8.x86_64', '5.10.134', '15.1.2', 'lifsea8', 'x86_64'],
  ])('takes %s apart', (text, ...parts) => {
    const [version, release, dist, arch] = parts
    expect(parseKernelRelease(text)).toEqual({ version, release, dist, arch })
  })

  it.each(['5.4.226-1.el8.elrepo.x86_64', '6.1.0', '', '4.18.0-348.el8uek.x86_64', '4.18.0-348.el8'])(
    'knows that %s is no distribution kernel',
    (text) => {
      expect(parseKernelRelease(text)).toBeNull()
    },
  )
})

describe('compareKernelReleases', () => {
  it('orders builds as rpm does', () => {
    const sorted = [
      '4.18.0-348.7.1.el8_5.x86_64',
      '4.18.0-80.11.2.el8_0.x86_64',
      '4.18.0-348.el8.x86_64',
      '5.10.134-13.an8.x86_64',
    ].sort(compareKernelReleases)
    expect(sorted.map((text) => text.split('-')[1])).toEqual([
      '80.11.2.el8_0.x86_64',
      '348.el8.x86_64',
      '348.7.1.el8_5.x86_64',
      '13.an8.x86_64',
    ])
  })

  it('does not let the architecture decide', () => {
    expect(compareKernelReleases('4.18.0-348.el8.x86_64', '4.18.0-348.el8')).toBe(0)
  })
})
