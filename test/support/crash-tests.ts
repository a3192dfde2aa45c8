import * as fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Release } from './control-plane/releases.ts'
import { startCrashFleet, type CrashFleet } from './crash-fleet.ts'
import { insist, runsOf } from './insist.ts'
import { certainKinds, killKinds } from './kill-kinds.ts'
import { applyWords } from './osferry.ts'

/** Of one run that is killed some hundred times, on a machine that is slow. */
const longMs = 1_800_000
/** Of a node with the steps of the playbook, most of which are begun and ended. */
const leastRecords = 15
const everyNode = ['node-1', 'node-2', 'node-3', 'node-4']

/** Tests of one version; each has a file of its own, so that they run side by side. */
export function crashTests(release: Release): void {
  describe(`a fleet whose osferry is killed, on the ${release} control plane`, () => {
    let fleet: CrashFleet
    let before: unknown
    let digest = ''
    let certain: readonly string[] = []

    beforeAll(async () => {
      fleet = await startCrashFleet(release)
      before = await fleet.state()
    })
    beforeEach(async () => {
      digest = await fleet.plan()
    })
    afterAll(async () => await fleet.stop())

    const apply = (): readonly string[] => applyWords('crash.yaml', digest, '-o', 'ndjson')

    async function expectSame(): Promise<void> {
      expect(await fleet.state()).toEqual(before)
      expect(fleet.replaced()).toEqual(everyNode)
      expect(await fleet.evictedTwice()).toEqual([])
      for (const { status } of await runsOf(fleet.world)) expect(status).toBe('done')
      const verified = await fleet.world.run(['runs', 'verify'])
      expect([verified.exitCode, verified.stderr]).toEqual([0, verified.stderr])
    }

    it(
      'gives everything back when nothing happens',
      async () => {
        const end = await insist(fleet.world, apply(), (args) => fleet.world.run(args))
        expect([end.exitCode, end.stderr]).toEqual([0, end.stderr])
        await expectSame()
        certain = certainKinds(end.stdout)
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
            const end = await insist(fleet.world, apply(), (args) =>
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
        const kinds = killKinds(fleet.cwd)
        const env = { KUBECONFIG: fleet.world.kubeconfig, HOME: fleet.cwd, ...kinds.env }
        const end = await insist(fleet.world, apply(), (args) => fleet.world.run(args, { env }))
        expect([end.exitCode, end.stderr]).toEqual([65, expect.stringContaining('[RUN_ENDED]')])
        await expectSame()
        expect(certain.length).toBeGreaterThan(everyNode.length * leastRecords)
        expect(certain.filter((kind) => !kinds.killedAt().has(kind))).toEqual([])
      },
      longMs,
    )
  })
}
