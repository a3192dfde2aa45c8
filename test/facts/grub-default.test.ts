import { describe, expect, it } from 'vitest'
import { grubDefault } from '../../src/facts/grub-default.ts'

describe('grubDefault', () => {
  it.each([
    ['GRUB_CMDLINE_LINUX="a b\n', 'line 1: a quote of GRUB_CMDLINE_LINUX is not closed'],
    ['GRUB_TIMEOUT = 5\n', 'line 1 is no setting'],
    ['A=1\nA=2\n', 'line 2 sets A again'],
  ])('names the problem of %j', (text, problem) => {
    expect(grubDefault(text).problems).toEqual([problem])
  })

  it('reads nested quotes, both command lines and comments', () => {
    expect(
      grubDefault(
        `GRUB_CMDLINE_LINUX="x=\\"a b\\" y" # why\nGRUB_CMDLINE_LINUX_DEFAULT='quiet'\nGRUB_ENABLE_BLSCFG=false\n`,
      ),
    ).toEqual({
      cmdline: ['x=a b', 'y', 'quiet'],
      blscfg: false,
      problems: [],
    })
  })
})
