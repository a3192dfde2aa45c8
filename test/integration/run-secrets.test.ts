import { readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { parse } from 'yaml'
import { httpHere, type HttpHere } from '../monitoring/http-here.ts'
import { canariesIn } from '../support/canaries.ts'
import { startDrainWorld, type DrainWorld } from '../support/drain-world.ts'
import { planNodes } from '../support/node-project.ts'
import { nodesNamed } from '../support/server-nodes.ts'
import { osferry, type OsferryRun } from '../support/osferry.ts'

let world: DrainWorld
let server: HttpHere
let token = ''
let digest = ''
let env: Record<string, string> = {}

/** Says what it was given, and what every process was called with. */
const script = `
cat > request
ps -eo args > processes
for process in /proc/[0-9]*; do tr '\\0' '\\n' < "$process/cmdline"; done >> processes 2>/dev/null
echo "the key $FERRY_KEY was not taken" >&2
test -e works
`

beforeAll(async () => {
  server = await httpHere((_, response) => response.writeHead(500).end('CANARY-answer'))
  world = await startDrainWorld({ release: 'newest', nodes: 1 })
  const { api, cwd } = world
  await world.create('/api/v1/namespaces/kube-system/serviceaccounts', { metadata: { name: 'ferry' } })
  await world.create('/apis/rbac.authorization.k8s.io/v1/clusterrolebindings', {
    metadata: { name: 'ferry' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
    subjects: [{ kind: 'ServiceAccount', name: 'ferry', namespace: 'kube-system' }],
  })
  const asked = await api.request('POST', '/api/v1/namespaces/kube-system/serviceaccounts/ferry/token', {
    body: { spec: { expirationSeconds: 3600 } },
  })
  token = (asked['status'] as { token: string }).token
  const text = readFileSync(world.kubeconfig, 'utf8')
  const kubeconfig = path.join(cwd, 'kubeconfig')
  writeFileSync(kubeconfig, withToken(text))
  env = {
    KUBECONFIG: kubeconfig,
    HOME: cwd,
    FERRY_KEY: 'CANARY-provider',
    HOOK_SECRET: 'CANARY-hook',
    AWS_ACCESS_KEY_ID: 'CANARY-s3-id',
    AWS_SECRET_ACCESS_KEY: 'CANARY-s3-secret',
  }
  const hook = { name: 'us', url: `${server.url}/hook`, secret: 'env:HOOK_SECRET' }
  writeFileSync(path.join(cwd, 'osferry.yaml'), JSON.stringify({ notify: [hook] }))
  const provision = { environment: ['FERRY_KEY'] }
  digest = await planNodes(cwd, await nodesNamed(world, ['node-1']), { run, provision })
  writeFileSync(path.join(cwd, 'provision.sh'), script)
})
afterAll(async () => {
  await server.close()
  await world.stop()
})

/** The same server for somebody who has a token and no certificate. */
function withToken(kubeconfig: string): string {
  const parsed = parse(kubeconfig) as { users: { user: object }[] }
  for (const one of parsed.users) one.user = { token }
  return JSON.stringify(parsed)
}

const run = (args: readonly string[]): Promise<OsferryRun> => osferry(args, { cwd: world.cwd, env })

it('are in no file, no output and no process of a run that fails and is tried again', async () => {
  const { cwd } = world
  const log = ['-vv', '--log-file', 'log']
  const apply = ['apply', 'plan.json', '--playbook', 'nodes-only.yaml', '--approve', digest]
  const failed = await run([...apply, ...log])
  expect([failed.exitCode, failed.stdout]).toEqual([7, expect.stringContaining('the key *** was not taken')])
  const [, id = ''] = /next: osferry runs resume (\S+) --retry/.exec(failed.stderr) ?? []
  const shown = await run(['runs', 'show', id, '-o', 'json'])
  writeFileSync(path.join(cwd, 'works'), '')
  const resumed = await run(['runs', 'resume', id, '--retry', 'node-1', '-o', 'ndjson', ...log])
  expect(resumed.exitCode).toBe(0)
  const exported = await run(['runs', 'export', id])
  expect(exported.exitCode).toBe(0)
  const texts = [failed, shown, resumed, exported].flatMap(({ stdout, stderr }) => [stdout, stderr])
  const files = readdirSync(cwd, { recursive: true, encoding: 'utf8' })
    .filter((name) => name !== 'kubeconfig' && !name.startsWith('.cache'))
    .map((name) => path.join(cwd, name))
    .filter((file) => statSync(file).isFile())
  expect(files.map((file) => path.relative(cwd, file))).toEqual(
    expect.arrayContaining(['log', 'plan.json', 'processes', 'request', '.osferry/journal.db']),
  )
  texts.push(...files.map((file) => readFileSync(file, 'latin1')))
  expect(texts.flatMap(canariesIn)).toEqual([])
  // A token has three parts; the last alone would be enough to know it by.
  for (const part of [token, token.split('.')[2]!])
    expect(texts.filter((text) => text.includes(part)).map((text) => text.slice(0, 80))).toEqual([])
  // The webhook was told, and what was told holds none either.
  expect(server.seen.length).toBeGreaterThan(0)
  expect(server.seen.flatMap((one) => canariesIn(JSON.stringify(one)))).toEqual([])
})
