import { describe, expect, it } from 'vitest'
import { objectionTo, type PendingRequest } from '../../src/steps/judge-request.ts'
import { makeCertificateRequest, nodeSubject } from '../support/certificate-request.ts'

const judgement = {
  node: {
    name: 'node-1',
    addresses: [
      { type: 'InternalIP', address: '10.20.0.1' },
      { type: 'InternalIP', address: 'fd00:0::1' },
    ],
  },
  recordedAt: '2026-01-02T10:00:00.900Z',
  isReady: false,
}
const plain = makeCertificateRequest(nodeSubject('node-1'))
const named = makeCertificateRequest(nodeSubject('node-1'), ['DNS:node-1', 'IP:10.20.0.1', 'IP:fd00::1'])

function client(more: Partial<PendingRequest> = {}): PendingRequest {
  return {
    name: 'csr-1',
    resourceVersion: '1',
    createdAt: '2026-01-02T10:00:00Z',
    pem: plain,
    signer: 'kubernetes.io/kube-apiserver-client-kubelet',
    username: 'system:bootstrap:abcdef',
    groups: ['system:bootstrappers', 'system:authenticated'],
    usages: ['key encipherment', 'digital signature', 'client auth'],
    ...more,
  }
}

function serving(more: Partial<PendingRequest> = {}): PendingRequest {
  return client({
    pem: named,
    signer: 'kubernetes.io/kubelet-serving',
    username: 'system:node:node-1',
    groups: ['system:nodes', 'system:authenticated'],
    usages: ['digital signature', 'server auth'],
    ...more,
  })
}

describe('objectionTo', () => {
  it('has none to the two requests of the node that comes back', () => {
    expect(objectionTo(client(), judgement)).toBeUndefined()
    expect(objectionTo(serving(), judgement)).toBeUndefined()
    expect(objectionTo(serving(), { ...judgement, isReady: true })).toBeUndefined()
  })

  const others: [string, PendingRequest, string][] = [
    ['of before the drain', client({ createdAt: '2026-01-02T09:59:59Z' }), 'older-than-the-record'],
    ['that is no request', client({ pem: 'hello' }), 'unreadable'],
    ['of another node', client({ pem: makeCertificateRequest(nodeSubject('node-2')) }), 'another-subject'],
    [
      'of masters',
      client({ pem: makeCertificateRequest('/O=system:masters/CN=system:node:node-1') }),
      'another-subject',
    ],
    [
      'of nodes and masters',
      client({ pem: makeCertificateRequest('/O=system:nodes/O=system:masters/CN=system:node:node-1') }),
      'another-subject',
    ],
    ['of a user', client({ username: 'mallory' }), 'another-requestor'],
    [
      'of a renewal',
      client({ username: 'system:node:node-1', groups: ['system:nodes'] }),
      'another-requestor',
    ],
    [
      'for a server by the client signer',
      client({ usages: ['server auth', 'digital signature'] }),
      'other-usages',
    ],
    ['for more usages', client({ usages: [...client().usages, 'code signing'] }), 'other-usages'],
    ['of a client with names', client({ pem: named }), 'other-names'],
    ['of another node for serving', serving({ username: 'system:node:node-2' }), 'another-requestor'],
    ['for serving without names', serving({ pem: plain }), 'other-names'],
    [
      'for a foreign name',
      serving({
        pem: makeCertificateRequest(nodeSubject('node-1'), ['DNS:node-1', 'DNS:kubernetes.default']),
      }),
      'other-names',
    ],
    [
      'for a foreign address',
      serving({ pem: makeCertificateRequest(nodeSubject('node-1'), ['IP:10.20.0.2']) }),
      'other-names',
    ],
    [
      'with a mail address',
      serving({ pem: makeCertificateRequest(nodeSubject('node-1'), ['DNS:node-1', 'email:a@b.c']) }),
      'asks-for-more',
    ],
  ]

  it.each(others)('leaves a request %s alone', (_, request, objection) => {
    expect(objectionTo(request, judgement)).toBe(objection)
  })

  it('gives no new identity to a node that is at work', () => {
    expect(objectionTo(client(), { ...judgement, isReady: true })).toBe('node-is-ready')
  })
})
