import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { stringify } from 'yaml'
import { serveLabApi, type AnsweredRequest } from '../../src/lab/api-server.ts'
import { runCluster } from '../../src/lab/run-cluster.ts'
import type { ClusterNode } from '../../src/model/cluster-nodes.ts'
import { createLabCluster } from '../../src/simulate/create-lab-cluster.ts'
import { httpHere, type HttpHere } from '../monitoring/http-here.ts'
import { writeSnapshot } from './cluster-file-fixture.ts'
import { clusterPod } from './cluster-fixture.ts'
import { startImageHost } from './image-host.ts'
import { writeLayout, type LayoutImage } from './image-layout.ts'
import { startRegistry } from './image-registry.ts'
import { startS3FaultProxy, type S3FaultProxy } from './s3-server/fault-proxy.ts'
import { startS3Server, type S3Server } from './s3-server/start.ts'
import { nodeRecords, writeNodeFacts } from './server-nodes.ts'
import { knownHostsFile } from './ssh-host.ts'
import {
  ignitionSettings,
  inventoryOf,
  kubeconfigOf,
  planOptions,
  provisionScript,
  secretNodes,
  secretPlaybook,
  settingsOf,
  type SecretNode,
} from './secret-documents.ts'
import { createSshdBed, makeKey, type Sshd } from './sshd.ts'
import { createSudoUsers } from './sudo-users.ts'
import { wholeProfile } from './whole-profile.ts'

/** Everything that osferry can be given a credential for, each with one of its own. */
export interface SecretProject {
  cwd: string
  /** Of osferry: what references of kind `env:` name, and where other programs find theirs. */
  env: Readonly<Record<string, string>>
  secrets: Readonly<Record<SecretName, string>>
  /** What the machines of the two nodes have, and what was given to them. */
  machines: string
  /** What the API of the cluster was asked since the project is ready, and who has asked. */
  asked: readonly AnsweredRequest[]
  /** What is in the cluster below a path, as its API tells it. */
  inCluster(from: string): Promise<string>
  /** Names that the registry has; undefined without the login. */
  inRegistry(login?: string): Promise<string[] | undefined>
  /** Answers for the gate and the webhook. */
  server: HttpHere
  s3: S3Server
  proxy: S3FaultProxy
  sshd: Readonly<Record<SecretNode, Sshd>>
  /** The key of `ops@example.com`, who approves plans; it has none. */
  approver: string
  /** The key with the passphrase, and the name under which sshd writes it down. */
  key: { file: string; fingerprint: string }
  /** True when the login of a node's host may become root without a password. */
  isFree(): boolean
  stop(): Promise<void>
}

export type SecretName =
  | 'S3 key id'
  | 'S3 secret'
  | 'registry'
  | 'sudo'
  | 'passphrase'
  | 'gate'
  | 'webhook'
  | 'join'
  | 'kubeconfig'
  | 'provider'
const password = 'canary-registry-7f3a'

/** Starts it: a node with images on a host of root's, and one with data on a host whose login needs sudo. */
export async function startSecretProject(): Promise<SecretProject> {
  const root = mkdtempSync('/var/tmp/osferry-secrets-')
  const [cwd, keys, machines] = ['project', 'keys', 'machines'].map((name) => path.join(root, name)) as [
    string,
    string,
    string,
  ]
  for (const directory of [cwd, keys, machines, path.join(cwd, 'tmp')]) mkdirSync(directory)
  const closing: (() => unknown)[] = [() => rmSync(root, { recursive: true, force: true })]
  const stop = async (): Promise<void> => {
    for (const close of closing.splice(0).toReversed()) await close()
  }
  try {
    return await start()
  } catch (error) {
    await stop()
    throw error
  }

  async function start(): Promise<SecretProject> {
    const s3 = await startS3Server()
    closing.push(() => s3.stop())
    const proxy = await startS3FaultProxy(s3.endpoint)
    closing.push(() => proxy.close())
    const registry = await startRegistry(root, { login: true })
    closing.push(() => registry.stop())
    const secrets = {
      'S3 key id': s3.credentials.accessKeyId,
      'S3 secret': s3.credentials.secretAccessKey,
      registry: password,
      sudo: `${canary()} "$&`,
      passphrase: `${canary()} 'x%`,
      gate: `${canary()}/+==`,
      webhook: `${canary()} "<&>`,
      join: `${randomBytes(3).toString('hex')}.${randomBytes(8).toString('hex')}`,
      kubeconfig: `${canary()}.${canary()}`,
      provider: canary(),
    }
    const server = await startEchoingServer()
    closing.push(() => server.close())

    const bed = createSshdBed()
    closing.push(() => bed.close())
    const users = createSudoUsers(path.join(bed.dir, 'homes'))
    closing.push(() => users.close())
    const user = users.add('osferry-canary', { password: secrets.sudo, rule: 'ALL=(ALL) ALL' })
    const keyFile = makeKey(path.join(keys, 'login'), 'ed25519', { passphrase: secrets.passphrase })
    const publicKey = readFileSync(`${keyFile}.pub`, 'utf8')
    const machineId = randomBytes(16).toString('hex')
    const withImages = await startImageHost(bed, 'images', { machineId })
    closing.push(() => withImages.close())
    appendFileSync(path.join(withImages.sshd.dir, 'authorized_keys'), publicKey)
    const withData = await bed.start({ authorizedKeys: [publicKey.trim()] })
    const sshd = { 'ferry-a': withImages.sshd, 'ferry-b': withData }
    const image = writeLayout(path.join(machines, 'image'), { content: 'app', names: ['localhost/app:1'] })
    withImages.ctr('images', 'import', '--no-unpack', image.archive)
    const data = path.join(machines, 'data')
    mkdirSync(data, { mode: 0o700 })
    writeFileSync(path.join(data, 'letter'), 'not sent yet', { mode: 0o600 })

    const asked: AnsweredRequest[] = []
    const startAtMs = Date.now()
    const cluster = runCluster(createLabCluster({ startAtMs, version: '1.24.17' }), startAtMs)
    closing.push(() => cluster.stop())
    const api = await serveLabApi(cluster, {
      tokens: { [secrets.kubeconfig]: { name: 'ferryman', groups: ['system:masters'] } },
      onAnswer: (request) => void asked.push(request),
    })
    closing.push(() => api.close())
    const bootId = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
    const own = readFileSync('/etc/machine-id', 'utf8').trim()
    cluster.machines.addNode({ name: 'ferry-a', machineId, bootId })
    cluster.machines.addNode({ name: 'ferry-b', machineId: own, bootId })

    const write = (name: string, text: string): void => writeFileSync(path.join(cwd, name), text)
    const keep = (name: string, text: string): string => {
      writeFileSync(path.join(keys, name), text, { mode: 0o600 })
      return path.join(keys, name)
    }
    const kubeconfig = keep('kubeconfig', kubeconfigOf({ server: api.url, token: secrets.kubeconfig }))
    const inventory = inventoryOf({
      user: user.name,
      keyFile,
      passphrase: keep('passphrase', `${secrets.passphrase}\n`),
      reached: ({ port, knownHosts }) => ({ port, knownHostsFiles: [knownHostsFile(bed, knownHosts)] }),
      sshd,
    })
    write('inventory.yaml', stringify(inventory))
    write('secrets.yaml', secretPlaybook)
    write('ours.yaml', stringify({ ...wholeProfile(), name: 'ours' }))
    write('ignition.yaml', stringify(ignitionSettings(keep('join', `${secrets.join}\n`))))
    write('provision.sh', provisionScript(machines))
    const settings = settingsOf({
      s3: { endpoint: proxy.endpoint, region: s3.region, bucket: s3.bucket },
      s3Secret: keep('s3', secrets['S3 secret']),
      server: server.url,
      gateToken: keep('gate', secrets.gate),
    })
    write('osferry.yaml', stringify(settings))
    const approver = makeKey(path.join(keys, 'approver'), 'ed25519')
    write('signers', `ops@example.com ${readFileSync(`${approver}.pub`, 'utf8')}`)
    write('options.yaml', stringify(planOptions({ registry: registry.name, bucket: s3.bucket })))
    const inCluster = async (from: string): Promise<string> => {
      const headers = { authorization: `Bearer ${secrets.kubeconfig}` }
      return await (await fetch(`${api.url}${from}`, { headers })).text()
    }
    const { items } = JSON.parse(await inCluster('/api/v1/nodes')) as { items: unknown[] }
    const nodes = nodeRecords(items)
    writeFacts(cwd, nodes, image)
    await writeSnapshotOf(cwd, { data, nodes })
    asked.length = 0
    const { HOME = '', REGISTRY_AUTH_FILE = '' } = registry.withLogin('pusher', password)
    return {
      cwd,
      secrets,
      machines,
      asked,
      inCluster,
      async inRegistry(login) {
        const headers = login === undefined ? {} : { authorization: `Basic ${btoa(`pusher:${login}`)}` }
        const answer = await fetch(`http://${registry.name}/v2/_catalog`, { headers })
        if (!answer.ok) return undefined
        return ((await answer.json()) as { repositories: string[] }).repositories
      },
      server,
      s3,
      proxy,
      sshd,
      approver,
      key: {
        file: keyFile,
        fingerprint: execFileSync('ssh-keygen', ['-lf', `${keyFile}.pub`], { encoding: 'utf8' }).split(
          ' ',
        )[1]!,
      },
      env: {
        HOME,
        REGISTRY_AUTH_FILE,
        TMPDIR: path.join(cwd, 'tmp'),
        KUBECONFIG: kubeconfig,
        S3_KEY_ID: secrets['S3 key id'],
        SUDO_PASSWORD: secrets.sudo,
        HOOK_SECRET: secrets.webhook,
        FERRY_KEY: secrets.provider,
      },
      isFree() {
        try {
          execFileSync('setpriv', ['--reuid', user.name, '--clear-groups', 'sudo', '-n', 'true'], {
            stdio: 'ignore',
          })
          return true
        } catch {
          return false
        }
      },
      stop,
    }
  }
}

function canary(): string {
  return `canary-${randomBytes(8).toString('hex')}`
}

/** Takes what a webhook tells. As a gate it first repeats what it was sent, as some proxies do, and is open then. */
async function startEchoingServer(): Promise<HttpHere> {
  let asked = 0
  return await httpHere(({ path: to, headers }, response) => {
    if (to.startsWith('/hook')) {
      response.end()
      return
    }
    asked += 1
    const refused = { status: 'error', errorType: 'proxy', error: `cannot use ${headers.authorization}` }
    const data = { resultType: 'vector', result: [{ metric: {}, value: [1, '0'] }] }
    response.end(JSON.stringify(asked === 1 ? refused : { status: 'success', data }))
  })
}

function writeFacts(cwd: string, nodes: readonly ClusterNode[], { digest }: LayoutImage): void {
  const local = [{ id: digest, tags: ['localhost/app:1'], sizeBytes: 4096 }]
  writeNodeFacts(cwd, nodes, (name) => ({ images: { localOnly: name === 'ferry-a' ? local : [] } }))
}

/** The snapshot is ours, the nodes are those of the server; a pod on one of them has the data. */
async function writeSnapshotOf(
  cwd: string,
  { data, nodes }: { data: string; nodes: ClusterNode[] },
): Promise<void> {
  const volumes = [{ name: 'data', kind: 'hostPath' as const, path: data }]
  await writeSnapshot(path.join(cwd, '.osferry', 'cluster.ndjson'), {
    parts: { nodes, pods: [clusterPod('keeper', { node: 'ferry-b', volumes })] },
    hosts: {
      matches: secretNodes.map((name) => ({ host: name, node: name, by: ['machine-id' as const] })),
      findings: [],
    },
  })
}
