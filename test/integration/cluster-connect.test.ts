import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import http from 'node:http'
import net, { type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse, parseAllDocuments, stringify } from 'yaml'
import { connectApi, type ApiClient } from '../support/control-plane/api.ts'
import { auditedRequests } from '../support/control-plane/audit.ts'
import { releases, type Release } from '../support/control-plane/releases.ts'
import { startControlPlane, type ControlPlane } from '../support/control-plane/start.ts'
import { osferry } from '../support/osferry.ts'

interface Diagnosis {
  id: string
  state: string
  found: string
}

interface Kubeconfig {
  clusters: { cluster: Record<string, unknown> }[]
  users: { user: Record<string, unknown> }[]
}

const rbac = '/apis/rbac.authorization.k8s.io/v1'

describe.each<Release>(['oldest', 'newest'])(
  'osferry doctor --cluster on the %s control plane',
  (release) => {
    let controlPlane: ControlPlane
    let api: ApiClient
    let cwd = ''

    beforeAll(async () => {
      cwd = mkdtempSync(path.join(tmpdir(), 'osferry-connect-'))
      controlPlane = await startControlPlane({ version: release })
      api = connectApi({ ...controlPlane })
    })
    afterAll(async () => {
      api.close()
      await controlPlane.stop()
      rmSync(cwd, { recursive: true })
    })

    async function doctor(
      kubeconfig: string,
      env: Record<string, string> = {},
    ): Promise<{ exitCode: number | null; items: Record<string, Diagnosis>; text: string }> {
      const run = await osferry(['doctor', '--cluster', '-o', 'json'], {
        cwd,
        env: { HOME: cwd, ...env, ...(kubeconfig === '' ? {} : { KUBECONFIG: kubeconfig }) },
      })
      const { items } = JSON.parse(run.stdout) as { items: Diagnosis[] }
      return {
        exitCode: run.exitCode,
        items: Object.fromEntries(items.map((item) => [item.id, item])),
        text: run.stdout + run.stderr,
      }
    }

    /** The admin's kubeconfig with parts of it replaced. */
    function changed(name: string, change: (config: Kubeconfig) => void): string {
      const config = parse(readFileSync(controlPlane.kubeconfig, 'utf8')) as Kubeconfig
      change(config)
      const file = path.join(cwd, name)
      writeFileSync(file, stringify(config), { mode: 0o600 })
      return file
    }

    it('tells version, eviction API and that the admin lacks nothing', async () => {
      const { exitCode, items } = await doctor(controlPlane.kubeconfig)
      expect(exitCode).toBe(0)
      expect(items['cluster']?.found).toBe(`test ${controlPlane.url} v${releases[release]}`)
      expect(items['cluster-eviction']?.found).toBe(release === 'oldest' ? 'policy/v1beta1' : 'policy/v1')
      expect(items['cluster-clock']?.state).toBe('ok')
      for (const task of ['snapshot', 'drain', 'restore'])
        expect(items[`cluster-rights-${task}`]).toMatchObject({ state: 'ok', found: '' })
    })

    it('lists exactly what a user lacks, exits 77, and has written nothing', async () => {
      const kubeconfig = controlPlane.kubeconfigFor({ user: 'anna', groups: [] })
      const { exitCode, items } = await doctor(kubeconfig)
      expect(exitCode).toBe(77)
      expect(items['cluster']?.state).toBe('ok')
      expect(items['cluster-rights-drain']?.found.split(', ')).toEqual(
        expect.arrayContaining(['create pods/eviction', 'patch nodes', 'create leases.coordination.k8s.io']),
      )
      const isWrite = (verb: string): boolean =>
        ['update', 'patch', 'delete', 'deletecollection'].includes(verb)
      await expect
        .poll(() => auditedRequests(controlPlane.auditLog, { user: 'anna' }).length)
        .toBeGreaterThan(20)
      const asked = auditedRequests(controlPlane.auditLog, { user: 'anna' })
      expect(asked.filter(({ verb }) => isWrite(verb))).toEqual([])
      const created = asked.filter(({ verb }) => verb === 'create').map(({ resource }) => resource)
      expect(new Set(created)).toEqual(new Set(['selfsubjectaccessreviews']))
    })

    it('lacks nothing with the ClusterRoles of the docs, and for one task nothing but the others', async () => {
      const roles = parseAllDocuments(
        readFileSync(new URL('../../docs/cluster-role.yaml', import.meta.url), 'utf8'),
      ).map((document) => document.toJS() as { kind: 'Role' | 'ClusterRole'; metadata: { name: string } })
      for (const role of roles) {
        const { kind } = role
        const [place, roles] =
          kind === 'Role'
            ? [`${rbac}/namespaces/kube-system/rolebindings`, `${rbac}/namespaces/kube-system/roles`]
            : [`${rbac}/clusterrolebindings`, `${rbac}/clusterroles`]
        await api.request('POST', roles, { body: role })
        const { name } = role.metadata
        const body = {
          metadata: { name },
          roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind, name },
          subjects: [
            { apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'berta' },
            ...(name === 'osferry-snapshot'
              ? [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'carl' }]
              : []),
          ],
        }
        await api.request('POST', place, { body })
      }
      const berta = controlPlane.kubeconfigFor({ user: 'berta', groups: [] })
      await expect.poll(async () => (await doctor(berta)).exitCode).toBe(0)
      expect((await doctor(berta)).items['cluster-rights-join']).toMatchObject({ state: 'ok' })
      const { exitCode, items } = await doctor(controlPlane.kubeconfigFor({ user: 'carl', groups: [] }))
      expect(exitCode).toBe(77)
      expect(items['cluster-rights-snapshot']?.state).toBe('ok')
      expect(items['cluster-rights-drain']?.found).toContain('create pods/eviction')
      // Only those need it who let something be deleted past its budgets.
      expect(items['cluster-rights-escalate']).toMatchObject({
        state: 'warn',
        found: expect.stringContaining('delete pods') as unknown,
      })
    })

    it('logs in with a token, a token file, an exec plugin, and as somebody else', async () => {
      const answer = await api.request('POST', '/api/v1/namespaces/default/serviceaccounts/default/token', {
        body: {
          apiVersion: 'authentication.k8s.io/v1',
          kind: 'TokenRequest',
          spec: { expirationSeconds: 3600 },
        },
      })
      const token = (answer['status'] as { token: string }).token
      writeFileSync(path.join(cwd, 'token'), `${token}\n`, { mode: 0o600 })
      const plugin = path.join(cwd, 'plugin')
      writeFileSync(plugin, `#!/bin/sh\nprintf '{"status":{"token":"%s"}}' "$(cat ${cwd}/token)"\n`)
      chmodSync(plugin, 0o700)
      const logins: Record<string, Record<string, unknown>> = {
        token: { token },
        file: { tokenFile: 'token' },
        plugin: { exec: { apiVersion: 'client.authentication.k8s.io/v1', command: './plugin' } },
      }
      for (const [name, user] of Object.entries(logins)) {
        const kubeconfig = changed(`config-${name}`, (config) => (config.users[0]!.user = user))
        const { exitCode, items, text } = await doctor(kubeconfig)
        expect([name, items['cluster']?.state, exitCode]).toEqual([name, 'ok', 77])
        expect(text).not.toContain(token)
      }
      const users = auditedRequests(controlPlane.auditLog).map(({ user }) => user)
      expect(users).toContain('system:serviceaccount:default:default')

      const asDora = changed('config-as', (config) => (config.users[0]!.user['as'] = 'dora'))
      expect(await doctor(asDora)).toMatchObject({ exitCode: 77 })
    })

    it('finds ~/.kube/config by itself', async () => {
      mkdirSync(path.join(cwd, '.kube'), { recursive: true })
      writeFileSync(path.join(cwd, '.kube/config'), readFileSync(controlPlane.kubeconfig), { mode: 0o600 })
      const run = await doctor('', { KUBECONFIG: '' })
      expect(run.exitCode).toBe(0)
      rmSync(path.join(cwd, '.kube'), { recursive: true })
    })

    it('goes through the proxy of the kubeconfig', async () => {
      const seen: string[] = []
      const proxy = http.createServer()
      proxy.on('connect', (request, near: net.Socket) => {
        seen.push(request.url ?? '')
        const [host, port] = (request.url ?? '').split(':')
        const far = net.connect(Number(port), host, () => {
          near.write('HTTP/1.1 200 OK\r\n\r\n')
          near.pipe(far).pipe(near)
        })
        near.on('error', () => far.destroy())
        far.on('error', () => near.destroy())
      })
      await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
      const url = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`
      const kubeconfig = changed('config-proxy', (config) => (config.clusters[0]!.cluster['proxy-url'] = url))
      expect(await doctor(kubeconfig)).toMatchObject({ exitCode: 0 })
      expect(new Set(seen)).toEqual(new Set([new URL(controlPlane.url).host]))
      proxy.closeAllConnections()
      proxy.close()
    })

    it.each<[string, (config: Kubeconfig) => void, { code: string; exit: number }]>([
      [
        'a certificate authority of another cluster',
        // Any valid certificate will do that has not signed the server's.
        (config) =>
          (config.clusters[0]!.cluster['certificate-authority-data'] =
            config.users[0]!.user['client-certificate-data']),
        { code: 'CLUSTER_CERTIFICATE', exit: 69 },
      ],
      [
        'no authority at all',
        (config) => delete config.clusters[0]!.cluster['certificate-authority-data'],
        { code: 'CLUSTER_CERTIFICATE', exit: 69 },
      ],
      [
        'a token that nobody gave',
        (config) => (config.users[0]!.user = { token: 'CANARY-token' }),
        { code: 'CLUSTER_LOGIN_FAILED', exit: 77 },
      ],
      [
        'a port where nothing listens',
        (config) => (config.clusters[0]!.cluster['server'] = 'https://127.0.0.1:1'),
        { code: 'CLUSTER_UNREACHABLE', exit: 69 },
      ],
      [
        'a plugin that is not there',
        (config) =>
          (config.users[0]!.user = {
            exec: { apiVersion: 'client.authentication.k8s.io/v1', command: '/absent/plugin' },
          }),
        { code: 'CLUSTER_LOGIN_FAILED', exit: 77 },
      ],
      [
        'half a certificate',
        (config) => (config.users[0]!.user['client-certificate-data'] = 'bm90aGluZw=='),
        { code: 'CLUSTER_CONFIG_INVALID', exit: 78 },
      ],
    ])('tells apart %s', async (name, change, { code, exit }) => {
      const kubeconfig = changed(`config-${code}-${name.length}`, change)
      const { exitCode, items, text } = await doctor(kubeconfig)
      expect(Object.keys(items)).toContain(code)
      expect(exitCode).toBe(exit)
      expect(text).not.toContain('CANARY')
    })

    it('warns of a server whose certificate the kubeconfig leaves unchecked', async () => {
      const insecure = changed('config-insecure', (config) => {
        delete config.clusters[0]!.cluster['certificate-authority-data']
        config.clusters[0]!.cluster['insecure-skip-tls-verify'] = true
      })
      const { items } = await doctor(insecure)
      expect(items['cluster']?.state).toBe('ok')
      expect(items['cluster-tls']?.state).toBe('warn')
    })

    it('comes back when the API server does', async () => {
      await controlPlane.killApiServer()
      expect((await doctor(controlPlane.kubeconfig)).items).toHaveProperty('CLUSTER_UNREACHABLE')
      await controlPlane.restartApiServer()
      expect(await doctor(controlPlane.kubeconfig)).toMatchObject({ exitCode: 0 })
    })
  },
)
