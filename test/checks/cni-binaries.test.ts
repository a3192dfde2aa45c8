import { describe, expect, it } from 'vitest'
import { cniBinaries } from '../../checks/cni-binaries.ts'
import { judge, judgeWithout } from '../support/judge.ts'

describe('cni-binaries', () => {
  it('counts the programs of the network plugin', () => {
    expect(judge(cniBinaries, {})).toMatchObject({
      status: 'fail',
      here: { en: expect.stringContaining('5 programs in /opt/cni/bin, network k8s-pod-network') },
    })
  })

  it('passes a host without them', () => {
    expect(judge(cniBinaries, { cni: { binaries: [], configs: [] } }).status).toBe('pass')
  })

  it('does not need a configuration', () => {
    expect(judge(cniBinaries, { cni: { configs: [] } })).toMatchObject({
      status: 'fail',
      here: { en: expect.stringContaining('5 programs in /opt/cni/bin.') },
    })
  })

  it('names a network by its file when it has no name', () => {
    expect(
      judge(cniBinaries, {
        cni: { configs: [{ file: '10-flannel.conflist', name: null, types: ['flannel'] }] },
      }),
    ).toMatchObject({ status: 'fail', here: { en: expect.stringContaining('10-flannel.conflist') } })
  })

  it('does not count packaged programs', () => {
    expect(judge(cniBinaries, { cni: { binaries: ['/usr/libexec/cni/bridge'] } }).status).toBe('pass')
  })

  it.each([...cniBinaries.needs])('is unknown, not pass, without the fact %s', (fact) => {
    expect(judgeWithout(cniBinaries, fact)).toMatchObject({ status: 'unknown', missing: [{ fact }] })
  })
})
