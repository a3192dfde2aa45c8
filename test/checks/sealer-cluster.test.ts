import { describe, expect, it } from 'vitest'
import { sealerCluster } from '../../checks/sealer-cluster.ts'
import { judge, judgeWithout } from '../support/judge.ts'

describe('sealer-cluster', () => {
  it('passes without sealer', () => {
    expect(judge(sealerCluster, {}).status).toBe('pass')
  })

  it('blocks with sealer', () => {
    expect(
      judge(sealerCluster, { cloudNative: { systems: [{ id: 'sealer', evidence: '/var/lib/sealer' }] } }),
    ).toMatchObject({ status: 'fail', here: { en: expect.stringContaining('/var/lib/sealer') } })
  })

  it('does not mind other systems', () => {
    expect(
      judge(sealerCluster, { cloudNative: { systems: [{ id: 'kata', evidence: '/opt/kata' }] } }).status,
    ).toBe('pass')
  })

  it('finds it among others', () => {
    expect(
      judge(sealerCluster, {
        cloudNative: {
          systems: [
            { id: 'fluid', evidence: 'x' },
            { id: 'sealer', evidence: '/root/.sealer' },
          ],
        },
      }),
    ).toMatchObject({ status: 'fail', here: { en: expect.stringContaining('/root/.sealer') } })
  })

  it.each([...sealerCluster.needs])('is unknown, not pass, without the fact %s', (fact) => {
    expect(judgeWithout(sealerCluster, fact)).toMatchObject({ status: 'unknown', missing: [{ fact }] })
  })
})
