import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import * as fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Release } from './control-plane/releases.ts'
import { startCrashFleet, type CrashFleet } from './crash-fleet.ts'
import { applyWords, type OsferryRun } from './osferry.ts'
import { recordKind } from './record-kind.ts'

const preload = fileURLToPath(new URL('kill-at-records.ts', import.meta.url))
/** Of one run that is killed some hundred times, on a machine that is slow. */
const longMs = 1_800_000
/** Of a node with the steps of the playbook, most of which are begun and ended. */
const leastRecords = 15
/** What is waited for, which gate is found closed, and whether a step begins that may find nothing to do or to wait for. */
const hangsOnTime =
  /^(step-waiting|gate|step-started \S+ (cluster.snapshot|cluster.drain|cluster.wait-detach|node.wait-ready|workloads.verify))( |$)/
const everyNode = ['node-1', 'node-2', 'node-3', 'node-4']

/** Tests of one version; each has a file of its own, so that they run side by side. */
export function crashTests(release: Release): void {
  describe(`a fleet whose osferry is killed, on the ${release} control plane`, () => {
    let fleet: CrashFleet
    let before: unknown
    let digest = ''
    let undisturbed: readonly string[] = []

    beforeAll(async () => {
      fleet = await startCrashFleet(release)
      before = await fleet.state()
    })
    beforeEach(async () => {
      digest = await fleet.plan()
    })
    afterAll(async () => await fleet.stop())

    const apply = (): readonly string[] => applyWords('crash.yaml', digest, '-o', 'ndjson')

    async function runs(): Promise<{ id: string; status: string }[]> {
      const { stdout } = await fleet.world.run(['runs', 'list', '-o', 'json'])
      return (JSON.parse(stdout) as { items: { id: string; status: string }[] }).items
    }

    /** Goes on with the run after every kill; gives how the last process ended. */
    async function insist(one: (args: readonly string[]) => Promise<OsferryRun>): Promise<OsferryRun> {
      const known = new Set((await runs()).map(({ id }) => id))
      let end = await one(apply())
      const [begun] = (await runs()).filter(({ id }) => !known.has(id))
      if (begun === undefined) return end
      while (end.exitCode === null) end = await one(['runs', 'resume', begun.id, '-o', 'ndjson'])
      return end
    }

    async function expectSame(): Promise<void> {
      expect(await fleet.state()).toEqual(before)
      expect(fleet.replaced()).toEqual(everyNode)
      expect(await fleet.evictedTwice()).toEqual([])
      for (const { status } of await runs()) expect(status).toBe('done')
      const verified = await fleet.world.run(['runs', 'verify'])
      expect([verified.exitCode, verified.stderr]).toEqual([0, verified.stderr])
    }

    it(
      'gives everything back when nothing happens',
      async () => {
        const end = await insist((args) => fleet.world.run(args))
        expect([end.exitCode, end.stderr]).toEqual([0, end.stderr])
        await expectSame()
        undisturbed = kindsIn(end.stdout)
      },
      longMs,
    )

    it(
      'ends the same when it is killed at any moment',
      async () => {
        const lives = fc.array(fc.integer({ min: 0, max: 6000 }), { minLength: 5, maxLength: 10 })
        await fc.assert(
          fc.asyncProperty(lives, async (liveMs) => {
            const left = [...liveMs]
            const end = await insist((args) =>
              fleet.world.run(args, {
                started(child) {
                  const next = left.shift()
                  if (next === undefined) return
                  // Before its first record there is no run to go on with.
                  child.stdout?.once('data', () => {
                    const timer = setTimeout(() => child.kill('SIGKILL'), next)
                    child.once('exit', () => clearTimeout(timer))
                  })
                },
              }),
            )
            expect([end.exitCode, end.stderr]).toEqual([0, end.stderr])
            await expectSame()
          }),
          { numRuns: 1, endOnFailure: true },
        )
      },
      longMs,
    )

    it(
      'ends the same when it is killed after every record',
      async () => {
        const killedAt = path.join(fleet.cwd, 'killed-at')
        writeFileSync(killedAt, '')
        const env = {
          KUBECONFIG: fleet.world.kubeconfig,
          HOME: fleet.cwd,
          KILLED_AT: killedAt,
          NODE_OPTIONS: `--import=${preload}`,
        }
        const end = await insist((args) => fleet.world.run(args, { env }))
        expect([end.exitCode, end.stderr]).toEqual([65, expect.stringContaining('[RUN_ENDED]')])
        await expectSame()
        const killed = new Set(readFileSync(killedAt, 'utf8').split('\n'))
        const certain = undisturbed.filter((kind) => !hangsOnTime.test(kind))
        expect(certain.length).toBeGreaterThan(everyNode.length * leastRecords)
        expect(certain.filter((kind) => !killed.has(kind))).toEqual([])
      },
      longMs,
    )
  })
}

/** Of the records of one run. */
function kindsIn(stdout: string): readonly string[] {
  return stdout.split('\n').flatMap((line) => recordKind(line) ?? [])
}
