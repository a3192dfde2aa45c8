import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { parse } from 'yaml'
import { connectApi, type ApiClient } from '../support/control-plane/api.ts'
import { auditedRequests } from '../support/control-plane/audit.ts'
import { findAssets } from '../support/control-plane/assets.ts'
import { releases, type Release } from '../support/control-plane/releases.ts'
import { startControlPlane, type ControlPlane } from '../support/control-plane/start.ts'

describe.each<Release>(['oldest', 'newest'])('the %s supported control plane', (release) => {
  let controlPlane: ControlPlane
  let api: ApiClient

  beforeAll(async () => {
    controlPlane = await startControlPlane({ version: release })
    api = connectApi({ ...controlPlane })
  })
  afterAll(async () => {
    api.close()
    await controlPlane.stop()
  })

  it('is the version it says, and ready', async () => {
    expect(await api.request('GET', '/version')).toMatchObject({ gitVersion: `v${releases[release]}` })
    expect(await api.request('GET', '/readyz')).toMatchObject({ text: 'ok' })
  })

  it('gives a kubeconfig that a file of its own is enough for', () => {
    const config = parse(readFileSync(controlPlane.kubeconfig, 'utf8')) as Record<string, never>
    expect(config).toMatchObject({ clusters: [{ cluster: { server: controlPlane.url } }] })
    expect(readFileSync(controlPlane.kubeconfig, 'utf8')).not.toContain(controlPlane.directory)
  })

  it('denies a user without rights, and allows the same user with a binding', async () => {
    const user = connectApi(controlPlane.loginFor({ user: 'anna', groups: ['team/a'] }))
    const list = (): Promise<unknown> => user.request('GET', '/api/v1/namespaces/default/configmaps')
    await expect(list()).rejects.toMatchObject({ status: 403 })
    await api.request('POST', '/apis/rbac.authorization.k8s.io/v1/namespaces/default/rolebindings', {
      body: {
        metadata: { name: 'team-a' },
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'view' },
        subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name: 'team/a' }],
      },
    })
    await expect.poll(list).toMatchObject({ kind: 'ConfigMapList' })
    await expect(user.request('GET', '/api/v1/nodes')).rejects.toMatchObject({ status: 403 })
    user.close()
  })

  it('lets a node change itself only', async () => {
    const node = connectApi(controlPlane.loginFor({ user: 'system:node:one', groups: ['system:nodes'] }))
    await node.request('POST', '/api/v1/nodes', { body: { metadata: { name: 'one' } } })
    await expect(
      node.request('POST', '/api/v1/nodes', { body: { metadata: { name: 'two' } } }),
    ).rejects.toMatchObject({ status: 403, message: expect.stringContaining('node "one"') as string })
    await expect(node.request('GET', '/api/v1/namespaces/kube-system/secrets/any')).rejects.toMatchObject({
      status: 403,
      message: expect.stringContaining('no relationship') as string,
    })
    node.close()
    await api.request('DELETE', '/api/v1/nodes/one')
  })

  it('counts requests by verb, resource and user', async () => {
    const login = controlPlane.loginFor({ user: 'counted', groups: ['system:masters'] })
    const user = connectApi(login)
    await user.request('GET', '/api/v1/nodes')
    await user.request('GET', '/api/v1/nodes')
    await user.request('GET', '/api/v1/namespaces/default/pods')
    user.close()
    const count = (wanted: object): number =>
      auditedRequests(controlPlane.auditLog, { user: 'counted', ...wanted }).length
    await expect.poll(() => count({})).toBe(3)
    expect(count({ verb: 'list', resource: 'nodes', status: 200 })).toBe(2)
    expect(count({ verb: 'list', resource: 'pods', namespace: 'default' })).toBe(1)
    expect(count({ verb: 'delete' })).toBe(0)
  })

  it('comes back with its data after a restart of the API server and of etcd', async () => {
    const path = '/api/v1/namespaces/default/configmaps'
    await api.request('POST', path, { body: { metadata: { name: 'kept' }, data: { a: 'b' } } })
    const before = controlPlane.pids()
    await controlPlane.killApiServer()
    await expect(api.request('GET', `${path}/kept`)).rejects.toMatchObject({ code: 'ECONNREFUSED' })
    await controlPlane.restartApiServer()
    expect(await api.request('GET', `${path}/kept`)).toMatchObject({ data: { a: 'b' } })
    await controlPlane.restartEtcd()
    expect(await api.request('GET', `${path}/kept`)).toMatchObject({ data: { a: 'b' } })
    const after = controlPlane.pids()
    expect(after['kube-apiserver']).not.toBe(before['kube-apiserver'])
    expect(after['etcd']).not.toBe(before['etcd'])
    expect(after['kube-scheduler']).toBe(before['kube-scheduler'])
  })
})

describe.each<Release>(['oldest', 'newest'])('the end of the %s control plane', (release) => {
  it('leaves no process and no directory', async () => {
    const controlPlane = await startControlPlane({ version: release, controllers: false })
    const pids = Object.values(controlPlane.pids())
    expect(pids).toHaveLength(2)
    expect(pids.every(isAlive)).toBe(true)
    await controlPlane.stop()
    expect(pids.some(isAlive)).toBe(false)
    expect(existsSync(controlPlane.directory)).toBe(false)
  })
})

describe('the control plane started by hand', () => {
  it('ends with SIGTERM and removes its directory', async () => {
    const { child, directory, pids } = await startByHand()
    child.kill('SIGTERM')
    expect(await once(child, 'exit')).toEqual([0, null])
    expect(pids.some(isAlive)).toBe(false)
    expect(existsSync(directory)).toBe(false)
  })

  it('leaves no process when it is killed, and its directory only until the next start', async () => {
    const { child, directory, pids } = await startByHand()
    child.kill('SIGKILL')
    await once(child, 'exit')
    await expect.poll(() => pids.some(isAlive)).toBe(false)
    // Another test file may start one beside this: whichever comes next takes the directory away.
    const next = await startControlPlane({ version: 'oldest', controllers: false })
    await next.stop()
    expect(existsSync(directory)).toBe(false)
  })
})

describe('the programs of a control plane', () => {
  afterEach(() => vi.unstubAllEnvs())

  it.each<Release>(['oldest', 'newest'])('come from KUBEBUILDER_ASSETS when those are the %s', (release) => {
    const other = release === 'oldest' ? 'newest' : 'oldest'
    const own = findAssets(release)
    const folder = mkdtempSync(path.join(os.tmpdir(), 'osferry-assets-'))
    for (const name of readdirSync(own)) symlinkSync(path.join(own, name), path.join(folder, name))
    vi.stubEnv('KUBEBUILDER_ASSETS', folder)
    expect(findAssets(release)).toBe(folder)
    expect(findAssets(other)).not.toBe(folder)
    rmSync(folder, { recursive: true })
  })
})

async function startByHand(): Promise<{ child: ChildProcess; directory: string; pids: readonly number[] }> {
  const program = fileURLToPath(new URL('../support/control-plane/main.ts', import.meta.url))
  const child = spawn(process.execPath, [program, '--version', 'oldest'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  for await (const line of createInterface({ input: child.stdout })) {
    const kubeconfig = /^kubeconfig (.+)$/.exec(line)?.[1]
    if (kubeconfig === undefined) continue
    const children = readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8').trim().split(' ')
    expect(children).toHaveLength(4)
    return { child, directory: path.dirname(kubeconfig), pids: children.map(Number) }
  }
  throw new Error('main.ts ended without a kubeconfig')
}

function isAlive(pid: number): boolean {
  return existsSync(`/proc/${pid}`)
}
