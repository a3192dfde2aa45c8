import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { makeCertificateRequest, nodeSubject } from '../support/certificate-request.ts'
import { connectApi, type ApiObject } from '../support/control-plane/api.ts'
import type { Identity } from '../support/control-plane/certificates.ts'
import type { TestedRelease } from '../support/control-plane/releases.ts'
import { startDrainWorld, type DrainWorld } from '../support/drain-world.ts'

const soon = { timeout: 60_000, interval: 200 }
const requests = '/apis/certificates.k8s.io/v1/certificatesigningrequests'
const bootstrap = { user: 'system:bootstrap:abcdef', groups: ['system:bootstrappers'] }
/** No master: the server's own controller approves what may be created as `nodeclient`. */
const mallory = { user: 'mallory', groups: ['curious'] }
const kubelet = (node: string): Identity => ({ user: `system:node:${node}`, groups: ['system:nodes'] })

describe.each<TestedRelease>(['oldest', 'newest', 'lab'])(
  'osferry restore --approve-csr on the %s control plane',
  (release) => {
    /** The lab's machines join without certificates: it has nobody who signs what was approved. */
    const isSigned = release !== 'lab'
    let world: DrainWorld

    beforeAll(async () => {
      world = await startDrainWorld({ release, nodes: 2 })
      const group = 'rbac.authorization.k8s.io'
      // As kubeadm does it; without the binding that lets the controller approve them.
      await world.create(`/apis/${group}/v1/clusterrolebindings`, {
        metadata: { name: 'bootstrap' },
        roleRef: { apiGroup: group, kind: 'ClusterRole', name: 'system:node-bootstrapper' },
        subjects: ['system:bootstrappers', 'curious'].map((name) => ({
          apiGroup: group,
          kind: 'Group',
          name,
        })),
      })
    })
    afterAll(async () => await world.stop())

    async function ask(
      name: string,
      by: Identity,
      asked: { pem: string; kind: 'client' | 'serving'; lean?: boolean },
    ): Promise<void> {
      const api = connectApi(world.controlPlane.loginFor(by))
      try {
        const isClient = asked.kind === 'client'
        const body = {
          metadata: { name },
          spec: {
            request: Buffer.from(asked.pem).toString('base64'),
            signerName: `kubernetes.io/${isClient ? 'kube-apiserver-client-kubelet' : 'kubelet-serving'}`,
            usages: [
              'digital signature',
              ...(asked.lean === true ? [] : ['key encipherment']),
              isClient ? 'client auth' : 'server auth',
            ],
          },
        }
        await api.request('POST', requests, { body })
      } finally {
        api.close()
      }
    }

    const request = (name: string): Promise<ApiObject> => world.api.request('GET', `${requests}/${name}`)

    it('approves what the node that comes back asks for, and nothing else', async () => {
      expect((await world.run(['drain', 'node-1', '--yes'])).exitCode).toBe(0)
      await world.setReady('node-1', false)
      const own = makeCertificateRequest(nodeSubject('node-1'))
      const names = ['DNS:node-1', 'IP:10.20.0.1']
      await ask('client', bootstrap, { pem: own, kind: 'client' })
      await ask('client-of-user', mallory, { pem: own, kind: 'client' })
      const other = makeCertificateRequest(nodeSubject('node-2'))
      await ask('client-of-node-2', bootstrap, { pem: other, kind: 'client' })
      const serving = makeCertificateRequest(nodeSubject('node-1'), names)
      await ask('serving', kubelet('node-1'), { pem: serving, kind: 'serving' })
      await ask('serving-lean', kubelet('node-1'), { pem: serving, kind: 'serving', lean: true })
      const more = makeCertificateRequest(nodeSubject('node-1'), [...names, 'DNS:kubernetes.default.svc'])
      await ask('serving-more', kubelet('node-1'), { pem: more, kind: 'serving' })
      const args = ['restore', 'node-1', '--yes', '--approve-csr', '--timeout', '3s', '-o', 'json']
      const dry = await world.run([...args, '--dry-run', 'server'])
      expect([dry.exitCode, (await request('client'))['status']]).toEqual([2, {}])
      const late = await world.run(args)
      const [item] = (JSON.parse(late.stdout) as { items: { requests: object[] }[] }).items
      expect([late.exitCode, item?.requests]).toEqual([
        6,
        expect.arrayContaining([
          expect.objectContaining({ name: 'client', objection: null }),
          expect.objectContaining({ name: 'serving', objection: null }),
          expect.objectContaining({ name: 'serving-lean', objection: null }),
          expect.objectContaining({ name: 'client-of-user', objection: 'another-requestor' }),
          expect.objectContaining({ name: 'client-of-node-2', objection: 'another-subject' }),
          expect.objectContaining({ name: 'serving-more', objection: 'other-names' }),
        ]),
      ])
      for (const name of ['client', 'serving']) {
        if (isSigned)
          await vi.waitUntil(async () => (await request(name))['status'].certificate !== undefined, soon)
        expect((await request(name))['status'].conditions).toMatchObject([
          { type: 'Approved', reason: 'OsferryRestore' },
        ])
      }
      // As kubelets ask since 1.27 for keys that cannot encipher; the signer of 1.20 takes none without.
      const isAnswered = async (): Promise<boolean> => {
        const { certificate, conditions } = (await request('serving-lean'))['status']
        const isFailed = (conditions as { type: string }[]).some(({ type }) => type === 'Failed')
        return release === 'oldest' ? isFailed : certificate !== undefined
      }
      if (isSigned) await vi.waitUntil(isAnswered, soon)
      for (const name of ['client-of-user', 'client-of-node-2', 'serving-more'])
        expect((await request(name))['status']).toEqual({})
    })

    it('gives no identity to a bootstrap token once the node is at work', async () => {
      await world.setReady('node-1', true)
      const own = makeCertificateRequest(nodeSubject('node-1'))
      await ask('client-late', bootstrap, { pem: own, kind: 'client' })
      const end = await world.run(['restore', 'node-1', '--yes', '--approve-csr'])
      expect([end.exitCode, end.stdout]).toEqual([0, expect.stringContaining('left alone client-late')])
      expect((await request('client-late'))['status']).toEqual({})
    })

    it('writes nothing when it may not approve', async () => {
      const kubeconfig = world.controlPlane.kubeconfigFor({ user: 'reader', groups: ['readers'] })
      const group = 'rbac.authorization.k8s.io'
      await world.create(`/apis/${group}/v1/clusterroles`, {
        metadata: { name: 'reader' },
        rules: [{ apiGroups: ['*'], resources: ['*'], verbs: ['get', 'list', 'watch', 'patch', 'create'] }],
      })
      await world.create(`/apis/${group}/v1/clusterrolebindings`, {
        metadata: { name: 'reader' },
        roleRef: { apiGroup: group, kind: 'ClusterRole', name: 'reader' },
        subjects: [{ apiGroup: group, kind: 'Group', name: 'readers' }],
      })
      const args = ['restore', 'node-1', '--yes', '--approve-csr', '--kubeconfig', kubeconfig]
      const { exitCode, stderr } = await world.run(args)
      expect([exitCode, stderr]).toEqual([77, expect.stringContaining('approve signers.certificates.k8s.io')])
    })
  },
)
