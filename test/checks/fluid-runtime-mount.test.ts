import { describe, expect, it } from 'vitest'
import { fluidRuntimeMount } from '../../checks/fluid-runtime-mount.ts'
import { judge, judgeWithout } from '../support/judge.ts'

describe('fluid-runtime-mount', () => {
  it('passes without Fluid', () => {
    expect(judge(fluidRuntimeMount, {}).status).toBe('pass')
  })

  it('names Fluid', () => {
    expect(
      judge(fluidRuntimeMount, { cloudNative: { systems: [{ id: 'fluid', evidence: '/runtime-mnt' }] } }),
    ).toMatchObject({ status: 'fail', here: { en: expect.stringContaining('fluid (/runtime-mnt)') } })
  })

  it('names JindoFS', () => {
    expect(
      judge(fluidRuntimeMount, {
        cloudNative: { systems: [{ id: 'jindofs', evidence: '/runtime-mnt/jindo' }] },
      }),
    ).toMatchObject({ status: 'fail', here: { en: expect.stringContaining('jindofs') } })
  })

  it('does not mind other systems', () => {
    expect(
      judge(fluidRuntimeMount, { cloudNative: { systems: [{ id: 'spdk', evidence: 'x' }] } }).status,
    ).toBe('pass')
  })

  it.each([...fluidRuntimeMount.needs])('is unknown, not pass, without the fact %s', (fact) => {
    expect(judgeWithout(fluidRuntimeMount, fact)).toMatchObject({ status: 'unknown', missing: [{ fact }] })
  })
})
