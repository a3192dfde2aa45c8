import { describe, expect, it } from 'vitest'
import { certificatesExpiry } from '../../checks/certificates-expiry.ts'
import { judge, judgeWithout } from '../support/judge.ts'

describe('certificates-expiry', () => {
  it('passes with months left', () => {
    expect(judge(certificatesExpiry, {}).status).toBe('pass')
  })

  it('warns with less than thirty days left', () => {
    expect(
      judge(certificatesExpiry, {
        kubelet: { certificates: [{ path: '/var/lib/kubelet/pki/x.pem', notAfter: '2026-12-20T00:00:00Z' }] },
      }),
    ).toMatchObject({
      status: 'fail',
      severity: 'high',
      here: { en: expect.stringContaining('Less than 30 days left: /var/lib/kubelet/pki/x.pem (29 d)') },
    })
  })

  it('passes exactly thirty days', () => {
    expect(
      judge(certificatesExpiry, {
        kubelet: { certificates: [{ path: 'x', notAfter: '2026-12-21T00:00:00Z' }] },
      }).status,
    ).toBe('pass')
  })

  it('blocks when one has ended', () => {
    expect(
      judge(certificatesExpiry, {
        kubeadm: {
          certificates: [{ path: '/etc/kubernetes/pki/apiserver.crt', notAfter: '2026-11-20T00:00:00Z' }],
        },
      }),
    ).toMatchObject({ status: 'fail', severity: 'block', here: { en: expect.stringContaining('Ended') } })
  })

  it('is unknown when some were not read', () => {
    expect(judge(certificatesExpiry, { kubeadm: { certificates: null } }).status).toBe('unknown')
  })

  it('has nothing to say outside a cluster', () => {
    expect(judge(certificatesExpiry, { kubelet: { installed: false }, kubeadm: { role: null } }).status).toBe(
      'not-applicable',
    )
  })

  it('renews on control planes alone, and says what to restart', () => {
    const renew = certificatesExpiry.remedies.find(
      (each) => each.kind === 'command' && each.argv.includes('renew'),
    )
    expect(renew?.text?.en).toMatch(/control plane nodes only.*static pods/i)
  })

  it.each([...certificatesExpiry.needs])('is unknown, not pass, without the fact %s', (fact) => {
    expect(judgeWithout(certificatesExpiry, fact)).toMatchObject({ status: 'unknown', missing: [{ fact }] })
  })
})
