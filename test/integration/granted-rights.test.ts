import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { accessName, accessRights } from '../../src/model/cluster-access.ts'
import { grantedRights } from '../../src/steps/granted-rights.ts'
import { makeCertificateRequest, nodeSubject } from '../support/certificate-request.ts'
import { connectApi, mergePatch, type ApiClient } from '../support/control-plane/api.ts'
import { clusterFor } from '../support/control-plane/cluster-under-test.ts'
import type { TestedRelease } from '../support/control-plane/releases.ts'
import { startControlPlane, type ControlPlane } from '../support/control-plane/start.ts'

const rbac = '/apis/rbac.authorization.k8s.io/v1'
const { signal } = new AbortController()

describe.each<TestedRelease>(['oldest', 'newest', 'lab'])(
  'rights that are granted, on the %s control plane',
  (release) => {
    let controlPlane: ControlPlane
    let api: ApiClient

    beforeAll(async () => {
      controlPlane = await startControlPlane({ version: release, controllers: false })
      api = connectApi(controlPlane)
    })
    afterAll(async () => {
      api.close()
      await controlPlane.stop()
    })

    async function grantedTo(user: string, groups: string[] = []): Promise<string[]> {
      const cluster = clusterFor(controlPlane.loginFor({ user, groups }))
      try {
        return [...(await grantedRights(cluster, accessRights(), signal))].map(accessName).sort()
      } finally {
        await cluster.close()
      }
    }

    async function role(kind: 'Role' | 'ClusterRole', name: string, rules: object[]): Promise<void> {
      const [folder, metadata] =
        kind === 'Role'
          ? ['namespaces/kube-system/roles', { name, namespace: 'kube-system' }]
          : ['clusterroles', { name }]
      await api.request('POST', `${rbac}/${folder}`, { body: { metadata, rules } })
      const subjects = [{ kind: 'User', name, apiGroup: 'rbac.authorization.k8s.io' }]
      const roleRef = { kind, name, apiGroup: 'rbac.authorization.k8s.io' }
      const bindings = kind === 'Role' ? 'namespaces/kube-system/rolebindings' : 'clusterrolebindings'
      await api.request('POST', `${rbac}/${bindings}`, { body: { metadata, roleRef, subjects } })
    }

    it('are all for an administrator, and none for a stranger', async () => {
      const all = accessRights().map(accessName).sort()
      expect(await grantedTo('root', ['system:masters'])).toEqual(all)
      expect(await grantedTo('stranger')).toEqual([])
    })

    it('are those of the whole cluster, and not those of one namespace or one name', async () => {
      await role('ClusterRole', 'part', [
        { apiGroups: [''], resources: ['nodes'], verbs: ['patch'] },
        { apiGroups: [''], resources: ['pods/eviction'], verbs: ['create'], resourceNames: ['web'] },
      ])
      await role('Role', 'local', [{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }])
      await expect.poll(() => grantedTo('part')).toEqual(['patch nodes'])
      expect(await grantedTo('local')).toEqual([])
    })

    it('to decide about certificates are not enough without one to approve for their signer', async () => {
      const place = '/apis/certificates.k8s.io/v1/certificatesigningrequests'
      const signerName = 'kubernetes.io/kube-apiserver-client-kubelet'
      const request = Buffer.from(makeCertificateRequest(nodeSubject('node-1'))).toString('base64')
      const usages = ['digital signature', 'client auth']
      const spec = { request, signerName, usages, username: 'somebody-else' }
      await api.request('POST', place, { body: { metadata: { name: 'node-1' }, spec } })
      expect((await api.request('GET', `${place}/node-1`))['spec'].username).toBe('admin')
      const group = { apiGroups: ['certificates.k8s.io'] }
      const decide = {
        ...group,
        resources: ['certificatesigningrequests/approval'],
        verbs: ['update', 'patch'],
      }
      const approve = { ...group, resources: ['signers'], verbs: ['approve'] }
      await role('ClusterRole', 'decides', [decide])
      await role('ClusterRole', 'approves', [decide, { ...approve, resourceNames: ['kubernetes.io/*'] }])
      const condition = { type: 'Approved', status: 'True', reason: 'Test', message: 'approved' }
      const decided = async (user: string): Promise<string> => {
        const login = connectApi(controlPlane.loginFor({ user, groups: [] }))
        const body = { status: { conditions: [condition] } }
        const answer = login.request('PATCH', `${place}/node-1/approval`, { body, contentType: mergePatch })
        return await answer
          .then(
            () => 'approved',
            (error: unknown) => String(error),
          )
          .finally(() => login.close())
      }
      await expect.poll(() => decided('decides')).toContain('user not permitted to approve requests')
      expect((await api.request('GET', `${place}/node-1`))['status']).toEqual({})
      await expect.poll(() => decided('approves')).toBe('approved')
    })
  },
)
