import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import * as fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Release } from '../support/control-plane/releases.ts'
import { startCrashFleet, type CrashFleet } from '../support/crash-fleet.ts'
import type { OsferryRun } from '../support/osferry.ts'

const preload = fileURLToPath(new URL('../support/kill-at-records.ts', import.meta.url))
/** Of one run that is killed some hundred times, on a machine that is slow. */
const longMs = 1_800_000
const everyNode = ['node-1', 'node-2', 'node-3', 'node-4']

describe.each<Release>(['oldest', 'newest'])(
  'a fleet whose osferry is killed, on the %s control plane',
  (release) => {
    let fleet: CrashFleet
    let before: unknown
    let digest = ''

    beforeAll(async () => {
      fleet = await startCrashFleet(release)
      before = await fleet.state()
    })
    beforeEach(async () => {
      digest = await fleet.plan()
    })
    afterAll(async () => await fleet.stop())

    const apply = (): readonly string[] => [
      'apply',
      'plan.json',
      '--playbook',
      'crash.yaml',
      '--approve',
      digest,
      '-o',
      'ndjson',
    ]

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

    // Some hundred processes: one version is enough.
    it.each({ oldest: [], newest: ['every record'] }[release])(
      'ends the same when it is killed after %s',
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
      },
      longMs,
    )
  },
)
