import { describe, expect, it } from 'vitest'
import { webhookServedHere } from '../../checks/webhook-served-here.ts'
import type { CheckResult } from '../../src/assess/run-check.ts'
import type { Webhook } from '../../src/model/cluster-apis.ts'
import type { ClusterService } from '../../src/model/cluster-services.ts'
import {
  clusterNode,
  clusterWebhook,
  guardService,
  judgeNode,
  webhookRule,
} from '../support/cluster-fixture.ts'
import { itNeedsItsLists } from '../support/needs-lists.ts'

const here = guardService({ 'node-1': 2 })

function judged(webhook: Partial<Webhook>, ...services: readonly ClusterService[]): CheckResult {
  return judgeNode(webhookServedHere, { webhooks: [clusterWebhook(webhook)], services })
}

describe('webhook-served-here', () => {
  it('passes without webhooks', () => {
    expect(judgeNode(webhookServedHere, {}).status).toBe('pass')
  })

  it.each<[string, ClusterService[]]>([
    ['another node answers too', [guardService({ 'node-1': 1, 'node-2': 1 })]],
    ['only another node answers', [guardService({ 'node-2': 1 })]],
    ['nobody answers now, which no drain changes', [guardService({})]],
    ['there is no such Service', []],
  ])('passes when %s', (_what, services) => {
    expect(judged({}, ...services).status).toBe('pass')
  })

  it('says what is refused, by whom and what it covers', () => {
    expect(judged({}, here)).toMatchObject({
      status: 'fail',
      severity: 'high',
      here: {
        en: 'Only this node answers guard.example.com (shop/guard); what they cover is refused while it is away.',
      },
      evidence: [
        { excerpt: 'validating guard/guard.example.com Fail: shop/guard: 2 ready, all here: CREATE pods' },
      ],
    })
  })

  it.each<[string, Partial<Webhook>, string]>([
    ['every new pod', { namespaceSelector: null }, 'block'],
    ['every new pod, by an empty selector', { namespaceSelector: { matchLabels: {} } }, 'block'],
    ['everything', { namespaceSelector: null, rules: [webhookRule('*', '*', '*')] }, 'block'],
    ['new pods of some namespaces', {}, 'high'],
    [
      'some pods of all namespaces',
      { namespaceSelector: null, objectSelector: { matchLabels: { a: 'b' } } },
      'high',
    ],
    ['new pods on some conditions', { namespaceSelector: null, conditional: true }, 'high'],
    ['evictions', { namespaceSelector: null, rules: [webhookRule('CREATE', 'pods/eviction')] }, 'high'],
    ['nodes', { namespaceSelector: null, rules: [webhookRule('UPDATE', 'nodes')] }, 'high'],
    ['status of nodes', { rules: [webhookRule('UPDATE', '*/*', '*')] }, 'high'],
    ['leases of nodes', { rules: [webhookRule('*', 'leases', 'coordination.k8s.io')] }, 'high'],
    ['commands in pods', { namespaceSelector: null, rules: [webhookRule('CONNECT', 'pods/exec')] }, 'medium'],
    [
      'Ingresses',
      { namespaceSelector: null, rules: [webhookRule('CREATE', 'ingresses', 'networking.k8s.io')] },
      'medium',
    ],
    ['nodes of another group', { rules: [webhookRule('*', 'nodes', 'metrics.k8s.io')] }, 'medium'],
    ['what is skipped', { namespaceSelector: null, failurePolicy: 'Ignore' }, 'low'],
    ['every new pod, by the default policy', { namespaceSelector: null, failurePolicy: null }, 'block'],
  ])('is as grave as what it covers: %s', (_what, webhook, severity) => {
    expect(judged(webhook, here)).toMatchObject({ status: 'fail', severity })
  })

  it('warns of a webhook that keeps its own pods out', () => {
    expect(judged({ namespaceSelector: null }, here)).toMatchObject({
      here: {
        en: expect.stringContaining(
          'New pods of guard.example.com (shop/guard) itself are refused then, too.',
        ),
      },
    })
  })

  it('is unknown, not pass, when endpoints could not be read', () => {
    expect(judged({}, guardService(null))).toMatchObject({
      status: 'unknown',
      reason: { en: expect.stringContaining('guard.example.com (shop/guard)') },
    })
  })

  it('does not let what is known hide what is not, unless it could not be worse', () => {
    const webhooks = (first: Partial<Webhook>): Webhook[] => [
      clusterWebhook({ ...first, url: 'https://node-1:8443/', service: null }),
      clusterWebhook(),
    ]
    const services = [guardService(null)]
    const parts = (first: Partial<Webhook>) => ({ webhooks: webhooks(first), services })
    expect(judgeNode(webhookServedHere, parts({})).status).toBe('unknown')
    expect(judgeNode(webhookServedHere, parts({ namespaceSelector: null }))).toMatchObject({
      status: 'fail',
      severity: 'block',
    })
  })

  it.each<[string, string, string]>([
    ['the address of this node', 'https://192.0.2.1:9443/validate', 'high'],
    ['the address of this node, of the sixth version', 'https://[2001:db8::1]/', 'high'],
    ['the name of this node', 'https://Node-1:9443/', 'high'],
    ['the name of the Service', 'https://guard.shop.svc:443/validate', 'high'],
    ['the whole name of the Service', 'https://guard.shop.svc.cluster.local/', 'high'],
    ['an address of nobody we know', 'https://hooks.example.com/', 'info'],
    ['another node', 'https://192.0.2.2/', 'pass'],
    ['the API server itself', 'https://127.0.0.1:9443/', 'pass'],
  ])('takes a URL for what it names: %s', (_what, url, expected) => {
    const nodes = [
      clusterNode('node-1', {
        addresses: [
          { type: 'InternalIP', address: '192.0.2.1' },
          { type: 'InternalIP', address: '2001:db8::1' },
        ],
      }),
      clusterNode('node-2', { addresses: [{ type: 'InternalIP', address: '192.0.2.2' }] }),
    ]
    const webhooks = [clusterWebhook({ url, service: null })]
    const result = judgeNode(webhookServedHere, { nodes, webhooks, services: [here] })
    expect(result.status === 'fail' ? result.severity : result.status).toBe(expected)
  })

  it.each<[string, ClusterService]>([
    ['addresses without a node', guardService({}, { unplaced: 1 })],
    ['some addresses without a node', guardService({ 'node-1': 1 }, { unplaced: 1 })],
    ['a name outside of the cluster', guardService({}, { type: 'ExternalName' })],
  ])('says that it does not decide about a Service with %s', (_what, service) => {
    expect(judged({}, service)).toMatchObject({
      status: 'fail',
      severity: 'info',
      here: { en: expect.stringContaining('Not decided') },
    })
  })

  it('says nothing about outside webhooks that are skipped when nobody answers', () => {
    expect(judged({ failurePolicy: 'Ignore', url: 'https://hooks.example.com/', service: null }).status).toBe(
      'pass',
    )
  })

  it('takes no name of a node for a property of every object', () => {
    const nodes = [clusterNode('constructor'), clusterNode('node-2')]
    const parts = { nodes, webhooks: [clusterWebhook()], services: [guardService({ 'node-2': 1 })] }
    expect(judgeNode(webhookServedHere, parts, { node: 'constructor' }).status).toBe('pass')
  })

  itNeedsItsLists(webhookServedHere)
})
