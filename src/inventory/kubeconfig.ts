import { access } from 'node:fs/promises'
import { delimiter, dirname, isAbsolute, join, resolve } from 'node:path'
import { MigrationError } from '../model/errors.ts'
import { Kubeconfig, type ClusterLogin, type PemSource } from '../model/kubeconfig.ts'
import { nearest } from '../model/nearest.ts'
import type { Language } from '../model/text.ts'
import { readYamlDocument } from './yaml-document.ts'

export interface KubeconfigOptions {
  /** Only this file; else the list in KUBECONFIG, else `~/.kube/config`, else the service account of a pod. */
  file?: string | undefined
  /** Another context than the current one. */
  context?: string | undefined
  env: Readonly<Record<string, string | undefined>>
  home: string
  cwd: string
  language?: Language
}

type Named<T> = T & { from: string }
type Cluster = Named<NonNullable<Kubeconfig['clusters']>[number]>
type Context = Named<NonNullable<Kubeconfig['contexts']>[number]>
type User = Named<NonNullable<Kubeconfig['users']>[number]>

/** Several files as one: what a file says first stays, as kubectl has it. */
interface Merged {
  files: readonly string[]
  current: string | undefined
  clusters: Map<string, Cluster>
  contexts: Map<string, Context>
  users: Map<string, User>
}

const serviceAccount = '/var/run/secrets/kubernetes.io/serviceaccount'

/**
 * Finds the kubeconfig and resolves one context of it. Throws CLUSTER_CONFIG_NOT_FOUND or CLUSTER_CONFIG_INVALID, which
 * name file, line and what there is to choose.
 */
export async function readClusterLogin(options: KubeconfigOptions): Promise<ClusterLogin> {
  const files = await kubeconfigFiles(options)
  if (files.length === 0) return inPod(options)
  return loginOf(await merge(files, options), options.context)
}

async function kubeconfigFiles({ file, env, home, cwd }: KubeconfigOptions): Promise<string[]> {
  if (file !== undefined) return [resolve(cwd, file)]
  const listed = (env['KUBECONFIG'] ?? '').split(delimiter).filter((path) => path !== '')
  if (listed.length > 0) {
    const there = await existing(listed.map((path) => resolve(cwd, path)))
    if (there.length > 0) return there
    throw new MigrationError('CLUSTER_CONFIG_NOT_FOUND', `no file of KUBECONFIG exists: ${listed.join(', ')}`)
  }
  return existing([join(home, '.kube/config')])
}

async function existing(paths: readonly string[]): Promise<string[]> {
  const there: string[] = []
  for (const path of paths) {
    const found = await access(path).then(
      () => true,
      (error: NodeJS.ErrnoException) => error.code !== 'ENOENT' && error.code !== 'ENOTDIR',
    )
    if (found) there.push(path)
  }
  return there
}

async function merge(files: readonly string[], { language }: KubeconfigOptions): Promise<Merged> {
  const merged: Merged = {
    files,
    current: undefined,
    clusters: new Map(),
    contexts: new Map(),
    users: new Map(),
  }
  for (const from of files) {
    const { value } = await readYamlDocument({
      path: from,
      schema: Kubeconfig,
      name: 'kubeconfig',
      code: 'CLUSTER_CONFIG_INVALID',
      notFound: 'CLUSTER_CONFIG_NOT_FOUND',
      foreign: 'kubectl config view shows how a kubeconfig is made',
      ...(language === undefined ? {} : { language }),
    })
    merged.current ??= value['current-context'] || undefined
    addMissing(merged.clusters, value.clusters, from)
    addMissing(merged.contexts, value.contexts, from)
    addMissing(merged.users, value.users, from)
  }
  return merged
}

function addMissing<T extends { name: string }>(
  known: Map<string, Named<T>>,
  entries: readonly T[] | null | undefined,
  from: string,
): void {
  for (const entry of entries ?? []) if (!known.has(entry.name)) known.set(entry.name, { ...entry, from })
}

function loginOf(merged: Merged, wanted: string | undefined): ClusterLogin {
  const name = wanted ?? merged.current
  const where = merged.files.join(', ')
  if (name === undefined) throw invalid(`${where} sets no current-context`, choose(merged.contexts))
  const context = merged.contexts.get(name)
  if (context === undefined) {
    const near = nearest(name, [...merged.contexts.keys()])
    const meant = near === undefined ? '' : `did you mean ${near}? `
    throw invalid(`${where} has no context ${name}`, `${meant}${choose(merged.contexts)}`)
  }
  const { cluster: clusterName, user: userName } = context.context
  const cluster = merged.clusters.get(clusterName)
  if (cluster === undefined)
    throw invalid(`context ${name} names the cluster ${clusterName}, which ${where} does not hold`)
  const user = merged.users.get(userName ?? '')
  if (user === undefined && userName)
    throw invalid(`context ${name} names the user ${userName}, which ${where} does not hold`)
  return { context: name, ...clusterOf(cluster), user: userOf(user) }
}

function clusterOf({ name, cluster, from }: Cluster): Omit<ClusterLogin, 'context' | 'user'> {
  return {
    cluster: name,
    server: cluster.server.replace(/\/+$/, ''),
    ca: pem(cluster['certificate-authority'], cluster['certificate-authority-data'], from),
    insecure: cluster['insecure-skip-tls-verify'] === true,
    serverName: cluster['tls-server-name'] ?? undefined,
    proxyUrl: cluster['proxy-url'] ?? undefined,
  }
}

function userOf(entry: User | undefined): ClusterLogin['user'] {
  const user = entry?.user ?? {}
  const from = entry?.from ?? ''
  const { username, password, exec, as } = user
  const provider = user['auth-provider']
  const tokenFile = user.tokenFile ? beside(user.tokenFile, from) : undefined
  return {
    name: entry?.name ?? '',
    certificate: pem(user['client-certificate'], user['client-certificate-data'], from),
    key: pem(user['client-key'], user['client-key-data'], from),
    // As client-go has it, the file goes before the token.
    token: tokenFile === undefined ? user.token || undefined : undefined,
    tokenFile,
    basic: username ? { username, password: password ?? '' } : undefined,
    impersonate: as
      ? { user: as, uid: user['as-uid'] ?? undefined, groups: user['as-groups'] ?? [] }
      : undefined,
    exec: exec ? { ...exec, command: commandOf(exec.command, from) } : undefined,
    authProvider: provider ? { name: provider.name, config: provider.config ?? {} } : undefined,
  }
}

/** A command with a slash that is not absolute stands beside the file; a bare name is looked for in PATH. */
function commandOf(command: string, from: string): string {
  return command.includes('/') ? beside(command, from) : command
}

/** Data goes before a file, as client-go has it; paths are relative to the kubeconfig. */
function pem(
  file: string | null | undefined,
  data: string | null | undefined,
  from: string,
): PemSource | undefined {
  if (data) return { data }
  return file ? { file: beside(file, from) } : undefined
}

function beside(path: string, from: string): string {
  return isAbsolute(path) ? path : join(dirname(from), path)
}

function choose(contexts: ReadonlyMap<string, unknown>): string {
  const names = [...contexts.keys()]
  if (names.length === 0) return 'it holds no contexts at all'
  const more = names.length > 10 ? `, and ${names.length - 10} more` : ''
  return `choose one with --context: ${names.slice(0, 10).join(', ')}${more}`
}

function invalid(message: string, hint?: string): MigrationError {
  return new MigrationError('CLUSTER_CONFIG_INVALID', message, hint === undefined ? {} : { hint })
}

/** In a pod without a kubeconfig: its service account. Source: kubernetes.io, "Accessing the API from a Pod". */
async function inPod({ env, context }: KubeconfigOptions): Promise<ClusterLogin> {
  const host = env['KUBERNETES_SERVICE_HOST']
  const port = env['KUBERNETES_SERVICE_PORT'] ?? '443'
  const tokenFile = `${serviceAccount}/token`
  const hasToken = (await existing([tokenFile])).length > 0
  if (!host || !hasToken || context !== undefined) {
    throw new MigrationError('CLUSTER_CONFIG_NOT_FOUND', 'there is no kubeconfig', {
      hint: 'name it with --kubeconfig or KUBECONFIG, or put it at ~/.kube/config',
    })
  }
  return {
    context: 'in-cluster',
    cluster: 'in-cluster',
    server: `https://${host.includes(':') ? `[${host}]` : host}:${port}`,
    ca: { file: `${serviceAccount}/ca.crt` },
    insecure: false,
    serverName: undefined,
    proxyUrl: undefined,
    user: {
      name: 'service account',
      certificate: undefined,
      key: undefined,
      token: undefined,
      tokenFile,
      basic: undefined,
      impersonate: undefined,
      exec: undefined,
      authProvider: undefined,
    },
  }
}
