import { spawn } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { mergePatch } from '../support/control-plane/api.ts'
import type { Release } from '../support/control-plane/releases.ts'
import { bin } from '../support/osferry.ts'
import { oneAtATime, startBenchCluster, until } from './drain-cluster.ts'
import { printTable, ratio } from './measure.ts'

/**
 * The memory of a drain that waits for a pod that never ends, while its pods and budgets change all the time.
 * `node test/bench/drain-memory.ts [minutes] [oldest|newest] [changes a second]`. To reach: flat over 30 minutes. What lives is
 * what is left after a full collection; what is resident may grow for as long as V8 sees no reason to collect.
 */
const minutes = Number(process.argv[2] ?? 30)
const release = (process.argv[3] ?? 'newest') as Release
const changesASecond = Number(process.argv[4] ?? 20)
const podCount = 50
/** Tells the live heap whenever it is asked. */
const teller = `data:text/javascript,process.on('message', () => { gc(); process.send(process.memoryUsage().heapUsed) })`

const cluster = await startBenchCluster(release)
const cwd = fs.mkdtempSync(path.join(os.tmpdir(), 'osferry-bench-memory-'))
await cluster.addNodes([{ name: 'node' }], { startMs: 50, stopMs: 100 })
const pods = Array.from({ length: podCount }, (_, index) => `held-${index}`)
const podPath = '/api/v1/namespaces/default/pods'
const budgetPath = `/apis/policy/${cluster.policy}/namespaces/default/poddisruptionbudgets`
for (const name of pods) {
  await cluster.create(podPath, {
    // The object stays when its programs have ended.
    metadata: { name, labels: { app: name }, finalizers: ['bench.example/hold'] },
    spec: {
      nodeName: 'node',
      automountServiceAccountToken: false,
      containers: [{ name: 'main', image: 'fake' }],
    },
  })
  await cluster.create(budgetPath, oneAtATime(name))
}
await until('running pods', async () =>
  (await cluster.pods()).every((pod) => pod['status'].phase === 'Running'),
)

const kubeconfig = cluster.controlPlane.kubeconfigFor({ user: 'osferry', groups: ['system:masters'] })
const drain = spawn(
  process.execPath,
  ['--expose-gc', '--import', teller, bin, 'drain', 'node', '--yes', '--force-naked', '--timeout', '24h'],
  {
    cwd,
    env: { ...process.env, KUBECONFIG: kubeconfig, HOME: cwd },
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  },
)
const ended = new Promise<number | null>((resolve) => drain.once('close', resolve))
interface Sample {
  minute: number
  changes: number
  residentMiB: number
  liveMiB: number
}
const samples: Sample[] = []
const startedMs = performance.now()
let changes = 0
for (let minute = 0; minute <= minutes;) {
  const name = pods[(changes / 2) % podCount] ?? ''
  const body = { metadata: { annotations: { 'bench.example/change': String(changes) } } }
  const patched = [`${podPath}/${name}`, `${budgetPath}/${name}`].map((path) =>
    cluster.api.request('PATCH', path, { body, contentType: mergePatch }),
  )
  await Promise.all(patched)
  changes += patched.length
  const elapsedMs = performance.now() - startedMs
  await wait(Math.max(0, (changes / changesASecond) * 1000 - elapsedMs))
  if (elapsedMs < minute * 60_000) continue
  if (drain.exitCode !== null) throw new Error(`the drain ended with ${drain.exitCode}`)
  // The first minute is its start.
  if (minute > 0) samples.push(await sample(minute))
  minute += 1
}
drain.kill('SIGINT')
for (const name of pods)
  await cluster.api.request('PATCH', `${podPath}/${name}`, {
    body: { metadata: { finalizers: null } },
    contentType: mergePatch,
  })
const exitCode = await ended
const third = Math.max(1, Math.floor(samples.length / 3))
const mean = (part: typeof samples): number =>
  part.reduce((sum, { liveMiB }) => sum + liveMiB, 0) / part.length
console.log(
  `${changes} changes in ${minutes} minutes, Kubernetes ${cluster.controlPlane.version}; the drain ended with ${exitCode}`,
)
printTable([
  ['minute', 'changes', 'live MiB', 'resident MiB'],
  ...samples.map(({ minute, changes, liveMiB, residentMiB }) => [
    String(minute),
    String(changes),
    liveMiB.toFixed(2),
    residentMiB.toFixed(1),
  ]),
])
console.log(
  `live, last third / first third: ${ratio(mean(samples.slice(-third)), mean(samples.slice(0, third)))}`,
)
await cluster.stop()
fs.rmSync(cwd, { recursive: true })

async function sample(minute: number): Promise<Sample> {
  const answer = new Promise<number>((resolve) => drain.once('message', (bytes) => resolve(Number(bytes))))
  drain.send('how much?')
  const status = fs.readFileSync(`/proc/${drain.pid}/status`, 'utf8')
  const residentMiB = Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) / 1024
  return { minute, changes, residentMiB, liveMiB: (await answer) / 2 ** 20 }
}
