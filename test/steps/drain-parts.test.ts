import { describe, expect, it } from 'vitest'
import { budgetsOf, parseDrainBudget } from '../../src/model/drain-budget.ts'
import { parseDrainPod } from '../../src/model/drain-pod.ts'
import { matchesLabels } from '../../src/model/label-selector.ts'
import { answerEffect } from '../../src/steps/answer-effect.ts'
import { ruleFor } from '../../src/steps/drain-rule.ts'
import { manifestOf } from '../../src/steps/pod-manifest.ts'
import { volumesLeft } from '../../src/steps/volumes-left.ts'
import { drainPod } from './make-drain.ts'

describe('parseDrainPod', () => {
  it('takes only data for data: no socket, nothing that is mounted for reading', () => {
    const volume = (name: string, path: string, type?: string): object => ({ name, hostPath: { path, type } })
    const pod = parseDrainPod({
      metadata: { namespace: 'shop', name: 'web', uid: 'u', labels: null },
      spec: {
        volumes: [
          volume('zone', '/etc/localtime'),
          volume('docker', '/run/docker.sock', 'Socket'),
          volume('data', '/srv/data'),
          { name: 'scratch', emptyDir: {} },
          { name: 'own', ephemeral: {} },
        ],
        containers: [
          {
            volumeMounts: [{ name: 'zone', readOnly: true }, { name: 'docker' }, { name: 'data' }],
          },
        ],
      },
    })
    expect(pod).toMatchObject({
      hostPaths: ['/srv/data'],
      emptyDirs: ['scratch'],
      claims: ['web-own'],
      graceSeconds: 30,
    })
  })

  it.each([
    [{ key: 'node.kubernetes.io/unschedulable', operator: 'Exists' }, true],
    [{ operator: 'Exists', key: null, effect: null }, true],
    [{ key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' }, true],
    [{ key: 'node.kubernetes.io/unschedulable', operator: 'Exists', effect: 'NoExecute' }, false],
    [{ key: 'node.kubernetes.io/not-ready', operator: 'Exists' }, false],
  ])('tells whether %o tolerates a cordon: %s', (toleration, expected) => {
    const metadata = { namespace: 'shop', name: 'web', uid: 'u' }
    expect(parseDrainPod({ metadata, spec: { tolerations: [toleration] } }).toleratesCordon).toBe(expected)
  })

  it('says which field of what the server sent is wrong', () => {
    expect(() => parseDrainPod({ metadata: { name: 1 } })).toThrow(/metadata\.namespace/)
  })
})

describe('budgets', () => {
  const budget = (selector: unknown, version: string): ReturnType<typeof parseDrainBudget> =>
    parseDrainBudget(
      {
        metadata: { namespace: 'shop', name: 'b', uid: 'u', resourceVersion: '1', generation: 2 },
        spec: { selector, maxUnavailable: '25%' },
        status: { observedGeneration: 1, disruptionsAllowed: 1 },
      },
      version,
    )

  it('with an empty selector cover everything in policy/v1 and nothing in v1beta1', () => {
    expect(budgetsOf(drainPod(), [budget({}, 'v1')])).toHaveLength(1)
    expect(budgetsOf(drainPod(), [budget({}, 'v1beta1')])).toHaveLength(0)
    expect(budgetsOf(drainPod(), [budget(undefined, 'v1')])).toHaveLength(0)
    expect(budget({}, 'v1')).toMatchObject({ isCurrent: false, rule: 'maxUnavailable 25%' })
  })

  it('match expressions as Kubernetes does', () => {
    const matches = (operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist', labels: object): boolean =>
      matchesLabels(
        { matchLabels: {}, matchExpressions: [{ key: 'k', operator, values: ['a'] }] },
        { ...labels },
      )
    expect([matches('In', { k: 'a' }), matches('In', { k: 'b' }), matches('In', {})]).toEqual([
      true,
      false,
      false,
    ])
    expect([matches('NotIn', { k: 'a' }), matches('NotIn', {})]).toEqual([false, true])
    expect([matches('Exists', { k: '' }), matches('DoesNotExist', { k: '' })]).toEqual([true, false])
  })
})

describe('answerEffect', () => {
  const at = { tries: 0, spread: 0.5 }

  it('waits for the budget, and spreads the one try without it', () => {
    const answer = { outcome: 'budget', message: '', processing: false, retryAfterMs: undefined } as const
    expect(answerEffect(answer, at)).toEqual({ effect: 'budget', retryInMs: 30_000, isBehind: false })
    expect(answerEffect(answer, { tries: 0, spread: 0 })).toMatchObject({
      effect: 'budget',
      retryInMs: 24_000,
    })
  })

  it('never sends a stale UID again, but another conflict a few times', () => {
    const other = { outcome: 'replaced', message: 'another pod is there: 0-1' } as const
    expect(answerEffect(other, at)).toEqual({ effect: 'gone' })
    const race = { outcome: 'conflict', message: 'the object druid-0 has been modified' } as const
    expect(answerEffect(race, at)).toEqual({ effect: 'retry', inMs: 200 })
    expect(answerEffect({ outcome: 'conflict', message: 'x' }, { tries: 5, spread: 0 })).toMatchObject({
      effect: 'failed',
    })
  })
})

describe('rules', () => {
  it.each([
    ['web-*', 'web-1', true],
    ['*-web', 'a-web', true],
    ['a*b*c', 'a-b-b-c', true],
    ['a*b*bc', 'abc', false],
    ['web', 'web-1', false],
    ['*', '', true],
  ])('match %s with %s: %s', (pattern, name, expected) => {
    const rule = { name: 'r', match: { pods: [pattern] }, behavior: 'Skip' as const }
    expect(ruleFor({ namespace: 'n', name, labels: {} }, [rule]) !== undefined).toBe(expected)
  })
})

describe('volumesLeft', () => {
  it('leaves out the volumes of pods that stay', () => {
    const volume = (name: string, claim: string): Parameters<typeof volumesLeft>[0]['volumes'][number] => ({
      name,
      claim: `shop/${claim}`,
      localPath: undefined,
      uniqueName: `kubernetes.io/csi/csi.example^${name}`,
    })
    const left = volumesLeft({
      node: 'node-1',
      attachments: [
        { name: 'a-1', node: 'node-1', volume: 'pv-1', uniqueName: undefined },
        { name: 'a-2', node: 'node-1', volume: 'pv-2', uniqueName: undefined },
        { name: 'a-3', node: 'node-2', volume: 'pv-3', uniqueName: undefined },
      ],
      onNode: ['kubernetes.io/csi/csi.example^pv-2', 'kubernetes.io/csi/csi.example^pv-4'],
      staying: [drainPod({ claims: ['keep'] })],
      volumes: [volume('pv-1', 'go'), volume('pv-2', 'keep'), volume('pv-4', 'late')],
    })
    expect(left).toEqual(['pv-1', 'pv-4'])
  })

  it('takes a reported volume that nobody can name for that of a pod that stays, where that has one of another kind', () => {
    const rbd = { name: 'pv-1', claim: 'shop/keep', localPath: undefined, uniqueName: undefined }
    const input = { node: 'node-1', attachments: [], onNode: ['kubernetes.io/rbd/pool:image'] }
    const left = (staying: string[]): string[] =>
      volumesLeft({ ...input, staying: [drainPod({ claims: staying })], volumes: [rbd] })
    expect([left(['keep']), left([])]).toEqual([[], input.onNode])
  })
})

describe('volumesLeft with volumes written into pods', () => {
  const iscsi = { kind: 'iscsi', id: '10.0.0.1:3260:iqn.2026-11.example:disk:1' } as const
  const disk = { kind: 'awsElasticBlockStore', id: 'aws://eu-1a/vol-1' } as const
  const unique = (kind: string, id: string): string => `kubernetes.io/${kind}/${id}`

  it('leaves out those of pods that stay, and waits for all others under the names that the node reports', () => {
    const onNode = [unique('iscsi', iscsi.id), unique('fc', '[500a]:2')]
    const input = { node: 'node-1', attachments: [], onNode, volumes: [] }
    expect(volumesLeft({ ...input, staying: [drainPod({ inlineVolumes: [iscsi] })] })).toEqual([onNode[1]])
    expect(volumesLeft({ ...input, staying: [] })).toEqual(onNode.toSorted())
  })

  it('knows a volume of a cloud that is attached by the driver that it was migrated to', () => {
    const uniqueName = 'kubernetes.io/csi/ebs.csi.aws.com^vol-1'
    const attachments = [{ name: 'csi-1', node: 'node-1', volume: undefined, uniqueName }]
    const input = { node: 'node-1', attachments, onNode: [uniqueName], volumes: [] }
    expect(volumesLeft({ ...input, staying: [drainPod({ inlineVolumes: [disk] })] })).toEqual([])
    expect(volumesLeft({ ...input, staying: [] })).toEqual([uniqueName])
  })
})

describe('manifestOf', () => {
  it('keeps what a person wrote and leaves out where the pod was', () => {
    const pod = {
      metadata: { name: 'a', namespace: 'n', uid: 'u', resourceVersion: '1', labels: { x: 'y' } },
      spec: { nodeName: 'node-1', containers: [] },
      status: { phase: 'Running' },
    }
    expect(manifestOf(pod)).toEqual({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'a', namespace: 'n', labels: { x: 'y' } },
      spec: { containers: [] },
    })
  })

  const mount = { name: 'default-token-x7k2p', mountPath: '/var/run/secrets/kubernetes.io/serviceaccount' }
  it.each([
    ['a Secret', mount.name, { secret: { secretName: mount.name } }],
    ['a projection', 'kube-api-access-x7k2p', { projected: { sources: [] } }],
  ])('leaves the token of its account to admission: %s', (_, name, volume) => {
    const data = { name: 'data', mountPath: '/data' }
    const own = { name: 'data', secret: { secretName: 'default-token-x7k2p' } }
    const containers = [{ name: 'main', volumeMounts: [data, { ...mount, name }] }]
    const initContainers = [{ name: 'first', volumeMounts: [{ ...mount, name }] }]
    const pod = {
      metadata: { name: 'a', namespace: 'n' },
      spec: { containers, initContainers, volumes: [own, { name, ...volume }] },
    }
    expect(manifestOf(pod)['spec']).toEqual({
      containers: [{ name: 'main', volumeMounts: [data] }],
      initContainers: [{ name: 'first' }],
      volumes: [own],
    })
  })

  it('names no controller that is no more, and nothing that admission works out', () => {
    const owner = { apiVersion: 'v1', kind: 'ConfigMap', name: 'x', uid: 'x' }
    const pod = {
      metadata: { name: 'a', ownerReferences: [owner, { ...owner, kind: 'DaemonSet', controller: true }] },
      spec: { priority: 7, preemptionPolicy: 'Never', overhead: {}, ephemeralContainers: [], containers: [] },
    }
    expect(manifestOf(pod)).toMatchObject({
      metadata: { ownerReferences: [owner] },
      spec: { containers: [] },
    })
    expect(Object.keys(manifestOf(pod)['spec'] as object)).toEqual(['containers'])
  })
})
