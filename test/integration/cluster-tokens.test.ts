import type { ChildProcess } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import https from 'node:https'
import path from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { makeCertificateRequest, nodeSubject } from '../support/certificate-request.ts'
import { auditedRequests } from '../support/control-plane/audit.ts'
import type { TestedRelease } from '../support/control-plane/releases.ts'
import { startDrainWorld, type DrainWorld } from '../support/drain-world.ts'
import { runsOf } from '../support/insist.ts'
import { planNodes } from '../support/node-project.ts'
import { nodesNamed } from '../support/server-nodes.ts'
import { applyWords, type OsferryOptions, type OsferryRun } from '../support/osferry.ts'
import { wholeProfile } from '../support/whole-profile.ts'

const soon = { timeout: 60_000, interval: 200 }
const user = 'ferry'
const rbac = '/apis/rbac.authorization.k8s.io/v1'
const requests = '/apis/certificates.k8s.io/v1/certificatesigningrequests'

/** Keeps what it was pointed to, and what every process was called with; waits while there is a file \`wait\`. */
const script = `
cat > request
file=$(sed -n 's/.*"path":"\\([^"]*\\)".*/\\1/p' request)
for process in /proc/[0-9]*; do tr '\\0' '\\n' < "$process/cmdline"; done > processes 2>/dev/null
stat -c %a "$file" > modes
cp "$file" part && mv part fetched
while test -e wait; do sleep 0.1; done
`
const before = `    - uses: ignition.render
      with: { profile: ours, mintToken: { lifetime: 10m } }
`
const replace = `    - uses: node.wait-ready
      with: { newBoot: false, stableFor: 1s }
      timeout: 2m
`

describe.each<TestedRelease>(['oldest', 'newest', 'lab'])(
  'bootstrap tokens of a run on the %s control plane',
  (release) => {
    /** Nobody logs in to the lab with a bootstrap token: its machines join without. */
    const isAsked = release !== 'lab'
    let world: DrainWorld
    let env: Record<string, string>
    let digest = ''

    beforeAll(async () => {
      world = await startDrainWorld({ release, nodes: 1 })
      env = { HOME: world.cwd, KUBECONFIG: world.controlPlane.kubeconfigFor({ user, groups: [] }) }
      const file = new URL('../../docs/cluster-role.yaml', import.meta.url)
      for (const document of parseAllDocuments(readFileSync(file, 'utf8'))) await grant(document.toJS())
      const subject = { kind: 'Group', name: 'system:bootstrappers:kubeadm:default-node-token' }
      await bind(`${rbac}/clusterrolebindings`, {
        role: { kind: 'ClusterRole', name: 'system:node-bootstrapper' },
        subject,
      })
    })
    afterAll(async () => await world.stop())
    beforeEach(async () => {
      const { cwd, controlPlane } = world
      for (const name of ['.osferry', 'fetched', 'wait', 'log'])
        rmSync(path.join(cwd, name), { recursive: true, force: true })
      const certificateAuthority = readFileSync(controlPlane.ca, 'utf8')
      const settings = {
        schema: 'ignition-settings/v1',
        join: { server: 'https://10.0.0.1:6443', certificateAuthority },
        accept: ['kubelet-config:/var/lib/kubelet/config.yaml'],
      }
      mkdirSync(path.join(cwd, '.osferry'))
      writeFileSync(path.join(cwd, 'ignition.yaml'), JSON.stringify(settings))
      writeFileSync(path.join(cwd, 'ours.yaml'), JSON.stringify({ ...wholeProfile(), name: 'ours' }))
      writeFileSync(
        path.join(cwd, 'osferry.yaml'),
        'ignition: { profiles: [ours.yaml], settings: ignition.yaml }\n',
      )
      digest = await planNodes(cwd, await nodesNamed(world, ['node-1']), { run, before, replace })
      writeFileSync(path.join(cwd, 'provision.sh'), script)
    })

    async function grant(role: { kind: string; metadata: { name: string } }): Promise<void> {
      const { kind, metadata } = role
      const place = kind === 'Role' ? `${rbac}/namespaces/kube-system/` : `${rbac}/cluster`
      await world.create(`${place}roles`, role)
      await bind(`${place}rolebindings`, {
        role: { kind, name: metadata.name },
        subject: { kind: 'User', name: user },
      })
    }

    async function bind(
      place: string,
      { role, subject }: { role: { kind: string; name: string }; subject: object },
    ): Promise<void> {
      const apiGroup = 'rbac.authorization.k8s.io'
      const subjects = [{ apiGroup, ...subject }]
      const body = { metadata: { name: role.name }, roleRef: { apiGroup, ...role }, subjects }
      await world.create(place, body)
    }

    const run = async (args: readonly string[], more: Partial<OsferryOptions> = {}): Promise<OsferryRun> =>
      await world.run(args, { env, ...more })
    const apply = async (more: readonly string[] = [], started?: (child: ChildProcess) => void) =>
      await run(applyWords('nodes-only.yaml', digest, ...more), started === undefined ? {} : { started })
    const file = (name: string): string => path.join(world.cwd, name)

    /** The token that the program has found in the configuration. */
    async function handedOut(): Promise<string> {
      await vi.waitUntil(() => existsSync(file('fetched')), soon)
      const [token] = /[a-z0-9]{6}\.[a-z0-9]{16}(?=%22)/.exec(readFileSync(file('fetched'), 'utf8')) ?? []
      return token!
    }

    async function tokens(): Promise<string[]> {
      const { items } = await world.api.request('GET', '/api/v1/namespaces/kube-system/secrets')
      return (items as { type: string; metadata: { name: string } }[])
        .filter(({ type }) => type === 'bootstrap.kubernetes.io/token')
        .map(({ metadata }) => metadata.name)
    }

    /** What the server answers to whoever has nothing but a token. */
    async function asBearer(
      token: string,
      {
        method = 'GET',
        place = '/api/v1/nodes',
        body,
      }: { method?: string; place?: string; body?: object } = {},
    ): Promise<{ status: number; text: string }> {
      const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
      const options = { method, headers, ca: readFileSync(world.controlPlane.ca) }
      return await new Promise((resolve, reject) => {
        const sent = https.request(new URL(place, world.controlPlane.url), options, (answer) => {
          const parts: Buffer[] = []
          answer.on('data', (part: Buffer) => parts.push(part))
          answer.on('end', () =>
            resolve({ status: answer.statusCode!, text: Buffer.concat(parts).toString() }),
          )
        })
        sent.on('error', reject)
        sent.end(body === undefined ? undefined : JSON.stringify(body))
      })
    }

    const bootstrapRequest = {
      metadata: { name: 'joins' },
      spec: {
        request: Buffer.from(makeCertificateRequest(nodeSubject('node-1'))).toString('base64'),
        signerName: 'kubernetes.io/kube-apiserver-client-kubelet',
        usages: ['digital signature', 'key encipherment', 'client auth'],
      },
    }

    /** The server knows the token by its id, and lets it ask for the certificate of a kubelet. */
    async function expectJoins(token: string): Promise<void> {
      if (!isAsked) return
      const name = `system:bootstrap:${token.slice(0, 6)}`
      await expect.poll(() => asBearer(token)).toMatchObject({ status: 403 })
      expect((await asBearer(token)).text).toContain(name)
      const asked = await asBearer(token, { method: 'POST', place: requests, body: bootstrapRequest })
      expect([asked.status, asked.text]).toEqual([201, expect.stringContaining(name)])
    }

    async function expectRefused(token: string): Promise<void> {
      if (!isAsked) return
      await expect.poll(async () => (await asBearer(token)).status).toBe(401)
    }

    it('let the node ask for its certificate, are deleted when it is Ready, and are written nowhere', async () => {
      expect((await apply(['--dry-run'])).exitCode).toBe(0)
      expect([await tokens(), existsSync(file('fetched'))]).toEqual([[], false])
      writeFileSync(file('wait'), '')
      const running = apply(['-vv', '--log-file', 'log', '-o', 'ndjson'])
      const token = await handedOut()
      const [id = '', secret = ''] = token.split('.')
      expect(await tokens()).toEqual([`bootstrap-token-${id}`])
      await expectJoins(token)
      rmSync(file('wait'))
      const ended = await running
      expect([ended.exitCode, ended.stderr]).toEqual([0, ended.stderr])
      expect(await tokens()).toEqual([])
      await expectRefused(token)
      expect(readFileSync(file('modes'), 'utf8')).toBe('600\n')
      expect(readFileSync(file('request'), 'utf8')).toContain('"complete":true')

      const [{ id: runId } = { id: '' }] = await runsOf({ run })
      const said = [
        ended,
        await run(['runs', 'show', runId, '-o', 'json']),
        await run(['runs', 'export', runId]),
      ]
      const files = readdirSync(world.cwd, { recursive: true, encoding: 'utf8' })
        .filter((name) => name !== 'fetched')
        .map(file)
        .filter((name) => statSync(name).isFile())
      expect(files.map((name) => path.relative(world.cwd, name))).toEqual(
        expect.arrayContaining(['log', 'plan.json', 'processes', 'request', '.osferry/journal.db']),
      )
      const texts = [
        ...said.flatMap(({ stdout, stderr }) => [stdout, stderr]),
        ...files.map((name) => readFileSync(name, 'latin1')),
      ]
      for (const hidden of [secret, Buffer.from(secret).toString('base64')])
        expect(texts.filter((text) => text.includes(hidden)).map((text) => text.slice(0, 80))).toEqual([])

      const asked = auditedRequests(world.controlPlane.auditLog, { user })
      const ofSecrets = asked.filter(({ resource }) => resource === 'secrets')
      // Whether it would be taken, itself, and its end.
      expect(ofSecrets.map(({ verb }) => verb)).toEqual(['create', 'create', 'delete'])
      expect(ofSecrets.map(({ uri }) => uri.includes('dryRun=All'))).toEqual([true, false, false])
    })

    it('do not outlive a run whose process is killed while the program is at work', async () => {
      writeFileSync(file('wait'), '')
      let child: ChildProcess | undefined
      const running = apply([], (started) => (child = started))
      await handedOut()
      child!.kill('SIGKILL')
      expect((await running).exitCode).toBeNull()
      expect(await tokens()).toHaveLength(1)
      rmSync(file('wait'))
      const [{ id } = { id: '' }] = await runsOf({ run })
      const resumed = await run(['runs', 'resume', id])
      expect([resumed.exitCode, resumed.stderr]).toEqual([0, resumed.stderr])
      expect(await tokens()).toEqual([])
    })

    it('are refused before anything is written when the login may not make them', async () => {
      const binding = `${rbac}/namespaces/kube-system/rolebindings/osferry-join`
      await world.api.request('DELETE', binding)
      await expect
        .poll(async () => (await apply(['--dry-run'])).stderr)
        .toContain('create secrets -n kube-system, delete secrets -n kube-system')
      expect((await apply()).exitCode).toBe(77)
      expect([existsSync(file('fetched')), await tokens()]).toEqual([false, []])
    })
  },
)
