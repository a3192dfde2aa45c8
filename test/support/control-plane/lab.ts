import { randomUUID } from 'node:crypto'
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { serveLabApi, type AnsweredRequest } from '../../../src/lab/api-server.ts'
import { runCluster } from '../../../src/lab/run-cluster.ts'
import { createLabCluster } from '../../../src/simulate/create-lab-cluster.ts'
import { pathParts, verbOf } from '../../../src/simulate/lab-path.ts'
import { createAuthority } from './certificates.ts'
import { freePorts } from './free-ports.ts'
import { writeKubeconfig } from './kubeconfig.ts'
import { numberedPairs, type ControlPlane } from './start.ts'

/** The lab's cluster in this process, behind HTTPS with client certificates and an audit log, as the real ones are. */
export async function startLabControlPlane({ controllers }: { controllers: boolean }): Promise<ControlPlane> {
  const directory = mkdtempSync(path.join(os.tmpdir(), 'osferry-lab-control-plane-'))
  const authority = createAuthority(directory)
  const admin = authority.client('admin', { user: 'admin', groups: ['system:masters'] })
  const pair = authority.server('lab', ['IP:127.0.0.1', 'DNS:localhost'])
  const auditLog = path.join(directory, 'audit.log')
  writeFileSync(auditLog, '')
  const version = '1.23.17'
  const startAtMs = Date.now()
  const lab = runCluster(createLabCluster({ startAtMs, version, controllers }), startAtMs)
  const [port = 0] = await freePorts(1)
  const read = (file: string): string => readFileSync(file, 'utf8')
  const server = await serveLabApi(lab, {
    port,
    tls: { ca: read(authority.certificate), certificate: read(pair.certificate), key: read(pair.key) },
    onAnswer: (request) => appendFileSync(auditLog, `${JSON.stringify(auditEvent(request))}\n`),
  })
  const { url } = server
  const pairFor = numberedPairs(authority)
  return {
    version,
    url,
    lab: lab.machines,
    kubeconfig: writeKubeconfig(path.join(directory, 'admin.kubeconfig'), { url, authority, pair: admin }),
    ca: authority.certificate,
    ...admin,
    auditLog,
    directory,
    pids: () => ({}),
    loginFor: (identity) => ({ url, ca: authority.certificate, ...pairFor(identity) }),
    kubeconfigFor: (identity) => {
      const pair = pairFor(identity)
      return writeKubeconfig(pair.key.replace(/key$/, 'kubeconfig'), { url, authority, pair })
    },
    killApiServer: () => server.halt(),
    restartApiServer: () => server.resume(),
    restartEtcd: () => Promise.reject(new Error('the lab has no etcd')),
    stop: async () => {
      lab.stop()
      await server.close()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

/** A request as the audit log of a real server has it. */
function auditEvent({ method, url, user, status }: AnsweredRequest): object {
  const { pathname, searchParams } = new URL(url, 'http://lab')
  const parts = pathParts(pathname)
  const verb = parts === undefined ? method.toLowerCase() : verbOf(method, parts, searchParams)
  const { apiVersion: _, ...objectRef } = parts ?? {}
  return {
    auditID: randomUUID(),
    verb,
    requestURI: url,
    user: { username: user?.name ?? 'system:anonymous', groups: user?.groups ?? [] },
    ...(parts === undefined ? {} : { objectRef }),
    responseStatus: { code: status },
    stageTimestamp: new Date().toISOString(),
  }
}
