import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { appendFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { TestedRelease } from '../support/control-plane/releases.ts'
import { startCrashFleet, type CrashFleet } from '../support/crash-fleet.ts'
import { bash } from '../support/data-tree.ts'
import { applyWords, bin, type OsferryRun } from '../support/osferry.ts'
import { startS3FaultProxy, type S3FaultProxy } from '../support/s3-server/fault-proxy.ts'
import { startS3Server, type S3Server } from '../support/s3-server/start.ts'

/** Eight tries of a store that is away take three minutes, on any machine. */
const longMs = 900_000
const givenBack = { exitCode: 8, row: /^node-1 +↩ returned as found/m }

describe.each<TestedRelease>(['oldest', 'newest', 'lab'])(
  'a store that fails, on the %s control plane',
  (release) => {
    let fleet: CrashFleet
    let server: S3Server
    let proxy: S3FaultProxy
    let before: unknown

    beforeAll(async () => {
      fleet = await startCrashFleet(release)
      writeFileSync(path.join(fleet.cwd, 'data/a/large'), randomBytes(400_000))
      before = await fleet.state()
      server = await startS3Server()
      proxy = await startS3FaultProxy(server.endpoint)
      const { region, bucket, credentials } = server
      writeFileSync(path.join(fleet.cwd, 'secret'), credentials.secretAccessKey, { mode: 0o600 })
      writeFileSync(path.join(fleet.cwd, 'id'), credentials.accessKeyId, { mode: 0o600 })
      appendFileSync(
        path.join(fleet.cwd, 'osferry.yaml'),
        `stores:
  cold:
    type: s3
    endpoint: ${proxy.endpoint}
    region: ${region}
    bucket: ${bucket}
    accessKeyId: file:id
    secretAccessKey: file:secret
  local: { type: directory, path: store }
`,
      )
    })
    afterAll(async () => {
      await proxy.close()
      await server.stop()
      await fleet.stop()
    })

    const kept = new Map<string, string>()
    beforeEach(() => {
      for (const name of ['options.yaml', 'provision.sh'])
        kept.set(name, readFileSync(path.join(fleet.cwd, name), 'utf8'))
    })
    afterEach(() => {
      proxy.fault = () => undefined
      for (const [name, text] of kept) writeFileSync(path.join(fleet.cwd, name), text)
    })
    const change = (name: string, from: string, to: string): void => {
      const text = kept.get(name) ?? ''
      if (!text.includes(from)) throw new Error(`${name} has no ${from}`)
      writeFileSync(path.join(fleet.cwd, name), text.replace(from, to))
    }

    /** Of no earlier test: a plan is applied once. */
    let plans = 0
    async function apply(run = (args: readonly string[]) => fleet.world.run(args)): Promise<OsferryRun> {
      plans += 1
      const options = path.join(fleet.cwd, 'options.yaml')
      writeFileSync(options, readFileSync(options, 'utf8').replace('the test', `the test ${plans}`))
      const digest = await fleet.plan()
      return await run(applyWords('crash.yaml', digest, '--only', 'node-1'))
    }

    /** What the last line of a run says to do next is done, and ends well. */
    async function goOn({ stderr }: OsferryRun): Promise<void> {
      const [, next = ''] = /^next: osferry (runs resume \S+ --retry node-1)$/m.exec(stderr) ?? []
      expect([next, stderr]).not.toEqual(['', stderr])
      const end = await fleet.world.run([...next.split(' '), '--only', 'node-1'])
      expect([end.exitCode, end.stderr]).toEqual([0, end.stderr])
      expect(end.stdout).toMatch(/^node-1 +✔ done/m)
      expect(await fleet.state()).toEqual(before)
      expect(fleet.replaced()).toEqual(['node-1'])
      // The other nodes are of the next test; a run that is open would keep them.
      const [, id = ''] = next.split(' ').slice(1)
      expect((await fleet.world.run(['runs', 'abort', id, '--yes'])).exitCode).toBeOneOf([0, 8])
    }

    // In the lab a node that goes back before anything is replaced is in cluster-apply-faults.test.ts.
    it.each(release === 'lab' ? [] : ['full'])(
      'is %s: the node goes back before anything of it is replaced, and is moved when there is room',
      async () => {
        const end = await apply((args) => onSmallStore(fleet, args))
        expect([end.exitCode, end.stdout]).toEqual([givenBack.exitCode, expect.stringMatching(givenBack.row)])
        expect(end.stdout).toMatch(/data\.park: .*store could not keep .*no space left/)
        expect([await fleet.state(), fleet.replaced()]).toEqual([before, []])
        await goOn(end)
      },
      longMs,
    )

    it.each(release === 'lab' ? [] : ['away'])(
      'is %s: the step waits and tries again, then the node goes back, and is moved when the store is there',
      async () => {
        change('options.yaml', './store', `s3://${server.bucket}/${release}`)
        proxy.fault = () => ({ status: 503, body: '' })
        const end = await apply()
        expect([end.exitCode, end.stdout]).toEqual([givenBack.exitCode, expect.stringMatching(givenBack.row)])
        expect(end.stdout).toMatch(/data\.park: .*s3:\/\//)
        expect(end.stderr.match(/data\.park failed/g)?.length).toBeGreaterThanOrEqual(8)
        expect([await fleet.state(), fleet.replaced()]).toEqual([before, []])
        proxy.fault = () => undefined
        await goOn(end)
      },
      longMs,
    )

    it(
      'gives other bytes than were parked: nothing of them is used, the node stays cordoned, and goes on with the right ones',
      async () => {
        rmSync(path.join(fleet.cwd, 'store'), { recursive: true })
        bash(fleet.cwd, 'mkdir store')
        const flip =
          'for file in store/*/node-1/*/data.tar.zst; do cp "$file" right; printf xxxx | dd of="$file" bs=1 seek=1000 conv=notrunc status=none; done'
        change('provision.sh', 'test "$node" != node-1 || rm -rf data', `rm -rf data; ${flip}`)
        const end = await apply()
        expect([end.exitCode, end.stdout]).toEqual([
          7,
          expect.stringMatching(/^node-1 +✖ failed, past the point of no return/m),
        ])
        expect(end.stdout).toMatch(/data\.restore: .*(DATA_ARCHIVE_INVALID|DATA_MISMATCH)/)
        expect((await fleet.world.node('node-1'))['spec']).toMatchObject({ unschedulable: true })
        expect(end.stderr).toMatch(/^next: osferry.* rollback node-1 --approve [0-9a-f]{12}$/m)
        const verified = await fleet.world.run(['data', 'verify', '--store', 'local'])
        expect(verified.exitCode).not.toBe(0)
        bash(fleet.cwd, 'for file in store/*/node-1/*/data.tar.zst; do cat right > "$file"; done')
        await goOn(end)
      },
      longMs,
    )
  },
)

/** The CLI, for which the directory of the store is a file system of 128 KiB that nobody else sees. */
async function onSmallStore({ cwd, world }: CrashFleet, args: readonly string[]): Promise<OsferryRun> {
  const script = 'mount --make-rprivate / && mount -t tmpfs -o size=128k,mode=700 tmpfs store && exec "$@"'
  const env = { ...process.env, NO_COLOR: '1', LANG: 'C.UTF-8', KUBECONFIG: world.kubeconfig, HOME: cwd }
  return await new Promise((resolve) => {
    const words = ['--mount', 'sh', '-c', script, 'sh', process.execPath, bin, ...args]
    const child = execFile('unshare', words, { cwd, env }, (_error, stdout, stderr) =>
      resolve({ exitCode: child.exitCode, stdout, stderr }),
    )
  })
}
