import { describe, expect, it } from 'vitest'
import { crioToContainerd } from '../../checks/crio-to-containerd.ts'
import { judge, judgeWithout } from '../support/judge.ts'
import { crioNode } from '../support/runtimes.ts'

describe('crio-to-containerd', () => {
  it('has nothing to say without CRI-O', () => {
    expect(judge(crioToContainerd, {}).status).toBe('not-applicable')
  })

  it('fails when it runs', () => {
    expect(judge(crioToContainerd, { containerRuntimes: { crio: crioNode } })).toMatchObject({
      status: 'fail',
      here: { en: expect.stringContaining('CRI-O 1.26.1') },
    })
  })

  it('passes when it is off', () => {
    expect(
      judge(crioToContainerd, { containerRuntimes: { crio: { ...crioNode, active: false, enabled: false } } })
        .status,
    ).toBe('pass')
  })

  it('counts one that is enabled but stopped', () => {
    expect(
      judge(crioToContainerd, { containerRuntimes: { crio: { ...crioNode, active: false } } }),
    ).toMatchObject({ status: 'fail', here: { en: expect.stringContaining('CRI-O') } })
  })

  it.each([...crioToContainerd.needs])('is unknown, not pass, without the fact %s', (fact) => {
    expect(judgeWithout(crioToContainerd, fact)).toMatchObject({ status: 'unknown', missing: [{ fact }] })
  })
})
