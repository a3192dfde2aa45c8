import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { connectApi, type ApiClient, type ApiLogin } from './api.ts'
import { findAssets } from './assets.ts'
import { createAuthority, type Identity, type KeyPair } from './certificates.ts'
import { commandLines } from './components.ts'
import { freePorts } from './free-ports.ts'
import { writeKubeconfig } from './kubeconfig.ts'
import type { LabMachines } from '../../../src/simulate/lab-cluster.ts'
import { logTails, startProcess, type ManagedProcess } from './managed-process.ts'
import { startLabControlPlane } from './lab.ts'
import { releases, type Component, type TestedRelease } from './releases.ts'

export interface ControlPlane {
  /** Without a v. */
  version: string
  url: string
  /** Path of a kubeconfig of the group system:masters. */
  kubeconfig: string
  /** Path of the CA's certificate. */
  ca: string
  /** The admin's client certificate. */
  certificate: string
  key: string
  auditLog: string
  directory: string
  /** The machines of the lab's cluster; real ones have none. */
  lab?: LabMachines
  /** Programs by name with their pid, as they run now. */
  pids(): Readonly<Record<string, number>>
  /** A client certificate for any user, and what to connect with. */
  loginFor(identity: Identity): ApiLogin
  /** Path of a new kubeconfig with a client certificate for any user. */
  kubeconfigFor(identity: Identity): string
  /** SIGKILL; it stays away until restartApiServer. */
  killApiServer(): Promise<void>
  restartApiServer(): Promise<void>
  restartEtcd(): Promise<void>
  /** Ends all programs and removes the directory. */
  stop(): Promise<void>
}

export interface ControlPlaneOptions {
  version: TestedRelease
  /** Controller manager and scheduler too; true unless said otherwise. */
  controllers?: boolean
}

type ProgramName = Component | 'etcd'

/** Followed by the pid of the process that removes it. */
const directoryName = 'osferry-control-plane-'
const readyTimeoutMs = 90_000
/**
 * Started again when they end by themselves, as their kubelet does: 1.36's scheduler ends when a pod that it was binding while
 * the API server was killed is on another node afterwards ("Scheduler cache is corrupted").
 */
const kept: ReadonlySet<ProgramName> = new Set(['kube-controller-manager', 'kube-scheduler'])
const restartMs = 1000
/** What a real one gets from its kubelet is more, but an open watch may use all of it. */
const graceMs = 5000

/** Starts a real control plane on loopback with a CA, an etcd and a directory of its own. */
export async function startControlPlane(options: ControlPlaneOptions): Promise<ControlPlane> {
  const { version: release, controllers = true } = options
  if (release === 'lab') return await startLabControlPlane({ controllers })
  const assets = findAssets(release)
  removeLeftDirectories()
  const directory = mkdtempSync(path.join(os.tmpdir(), `${directoryName}${process.pid}-`))
  const authority = createAuthority(directory)
  const admin = authority.client('admin', { user: 'admin', groups: ['system:masters'] })
  const ports = await freePorts(3)
  const lines = commandLines({ release, assets, directory, authority, ports, controllers })
  const { url, auditLog } = lines
  const api = connectApi({ url, ca: authority.certificate, ...admin })
  const running = new Map<ProgramName, ManagedProcess>()
  let isKept = false
  const start = (name: ProgramName): void => {
    const program = startProcess(name, lines.programs[name], path.join(directory, `${name}.log`))
    running.set(name, program)
    if (kept.has(name)) void keep(name, program)
  }
  const keep = async (name: ProgramName, program: ManagedProcess): Promise<void> => {
    await program.ended
    await wait(restartMs)
    if (isKept && running.get(name) === program) start(name)
  }
  const stop = async (): Promise<void> => {
    isKept = false
    api.close()
    await Promise.all([...running.values()].map((program) => program.stop(0)))
    rmSync(directory, { recursive: true, force: true })
  }
  const waitFor = (path: string): Promise<void> =>
    waitUntilAnswered(
      api,
      path,
      [...running].flatMap(([name, program]) => (isKept && kept.has(name) ? [] : [program])),
    )
  try {
    start('etcd')
    start('kube-apiserver')
    await waitFor('/readyz')
    if (controllers) {
      // After the server: 1.20's controller manager gives up after 10 s, and both back off while their roles are not there.
      start('kube-controller-manager')
      start('kube-scheduler')
      await waitFor('/api/v1/namespaces/default/serviceaccounts/default')
    }
  } catch (error) {
    await stop()
    throw error
  }
  isKept = true
  const pairFor = numberedPairs(authority)
  return {
    version: releases[release],
    url,
    kubeconfig: writeKubeconfig(path.join(directory, 'admin.kubeconfig'), { url, authority, pair: admin }),
    ca: authority.certificate,
    ...admin,
    auditLog,
    directory,
    pids: () => Object.fromEntries([...running].map(([name, program]) => [name, program.pid])),
    loginFor: (identity) => ({ url, ca: authority.certificate, ...pairFor(identity) }),
    kubeconfigFor: (identity) => {
      const pair = pairFor(identity)
      return writeKubeconfig(pair.key.replace(/key$/, 'kubeconfig'), { url, authority, pair })
    },
    killApiServer: async () => await running.get('kube-apiserver')?.stop(0),
    restartApiServer: async () => {
      await running.get('kube-apiserver')?.stop(graceMs)
      start('kube-apiserver')
      await waitFor('/readyz')
    },
    restartEtcd: async () => {
      await running.get('etcd')?.stop(graceMs)
      start('etcd')
      await waitFor('/readyz')
    },
    stop,
  }
}

/** A process that was killed could not remove its directory, and etcd's takes 130 MB. */
function removeLeftDirectories(): void {
  for (const name of readdirSync(os.tmpdir())) {
    const pid = name.startsWith(directoryName) ? name.slice(directoryName.length).split('-')[0] : undefined
    if (pid === undefined || !/^\d+$/.test(pid) || existsSync(`/proc/${pid}`)) continue
    rmSync(path.join(os.tmpdir(), name), { recursive: true, force: true })
  }
}

/** Client certificates, each with files of its own. */
export function numberedPairs(
  authority: ReturnType<typeof createAuthority>,
): (identity: Identity) => KeyPair {
  let count = 0
  return (identity) => {
    count += 1
    return authority.client(`user-${count}`, identity)
  }
}

async function waitUntilAnswered(
  api: ApiClient,
  path: string,
  programs: readonly ManagedProcess[],
): Promise<void> {
  const deadline = performance.now() + readyTimeoutMs
  let last: unknown
  while (performance.now() < deadline) {
    const ended = programs.find((program) => !program.isRunning())
    if (ended !== undefined) throw new Error(`${ended.name} ended by itself\n${logTails(programs)}`)
    try {
      await api.request('GET', path, { timeoutMs: 5000 })
      return
    } catch (error) {
      last = error
    }
    await wait(100)
  }
  throw new Error(`No answer to ${path} within ${readyTimeoutMs / 1000} s\n${logTails(programs)}`, {
    cause: last,
  })
}
