import { expect, it, onTestFinished } from 'vitest'
import { insist, runsOf } from '../support/insist.ts'
import { certainKinds, killKinds } from '../support/kill-kinds.ts'
import { startLabProject, type LabProject } from '../support/lab-project.ts'
import { applyWords, type OsferryRun } from '../support/osferry.ts'

const nodes = 3
/** Of a node, most of whose steps are begun and ended. */
const leastRecords = 15
/** Of a run that is killed more than a hundred times, on a machine that is slow. */
const longMs = 1_800_000

interface Ended {
  end: OsferryRun
  /** What must be as it was, before the run and after it. */
  kept: { before: object; after: object }
  /** What the run has made of the machines. */
  moved: object
  evicted: readonly string[]
  runs: readonly string[]
  verified: Pick<OsferryRun, 'exitCode' | 'stderr'>
}

async function startLab(): Promise<LabProject> {
  const lab = await startLabProject({ nodes })
  onTestFinished(() => lab.stop())
  return lab
}

/** Moves the whole fleet. */
async function moveFleet(lab: LabProject, env: Readonly<Record<string, string>> = {}): Promise<Ended> {
  const before = await lab.kept()
  const apply = applyWords('quick.yaml', await lab.plan(), '-o', 'ndjson')
  const end = await insist(lab, apply, (args) => lab.run(args, { env }))
  const { exitCode, stderr } = await lab.run(['runs', 'verify'])
  return {
    end,
    kept: { before, after: await lab.kept() },
    moved: await lab.moved(),
    evicted: lab.evicted(),
    runs: (await runsOf(lab)).map(({ status }) => status),
    verified: { exitCode, stderr },
  }
}

function expectWhole({ kept, evicted, runs, verified }: Ended): void {
  expect(kept.after).toEqual(kept.before)
  expect(evicted.length).toBeGreaterThan(nodes)
  expect(evicted).toEqual([...new Set(evicted)])
  expect(runs).toEqual(['done'])
  expect([verified.exitCode, verified.stderr]).toEqual([0, verified.stderr])
}

it(
  'makes of a fleet of the lab what an undisturbed run makes of it, when it is killed after every record',
  async () => {
    const undisturbed = await startLab()
    const disturbed = await startLab()
    const kinds = killKinds(disturbed.cwd)
    const [calm, killed] = await Promise.all([moveFleet(undisturbed), moveFleet(disturbed, kinds.env)])
    expect([calm.end.exitCode, calm.end.stderr]).toEqual([0, calm.end.stderr])
    expect([killed.end.exitCode, killed.end.stderr]).toEqual([65, expect.stringContaining('[RUN_ENDED]')])
    expectWhole(calm)
    expectWhole(killed)
    // Labs of one seed are alike: a machine that was installed or switched on once more has other ids.
    expect(killed.moved).toEqual(calm.moved)
    const certain = certainKinds(calm.end.stdout)
    expect(certain.length).toBeGreaterThan(nodes * leastRecords)
    expect(certain.filter((kind) => !kinds.killedAt().has(kind))).toEqual([])
  },
  longMs,
)
