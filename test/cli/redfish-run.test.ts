import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { performRun } from '../../src/cli/perform-run.ts'
import type { RunRequest } from '../../src/cli/run-world.ts'
import { planDigest } from '../../src/inventory/plan-file.ts'
import { createRunControl } from '../../src/migrate/run-control.ts'
import type { RunResult } from '../../src/migrate/run-outcome.ts'
import type { JournalEvent } from '../../src/model/journal-record.ts'
import { RedfishParameters } from '../../src/model/bmc-settings.ts'
import { tempDirectory } from '../inventory/temp.ts'
import { bmcCertificate, bmcHere, password, uuid, type BmcHere } from '../provision/bmc-here.ts'
import { commandContext } from '../support/command-context.ts'
import { factsWith } from '../support/facts-fixture.ts'
import { hostPlan, planHost } from '../support/host-plan.ts'
import { settingsOf } from './run-world-here.ts'

let certificate: Awaited<ReturnType<typeof bmcCertificate>>
let bmc: BmcHere
beforeAll(async () => {
  certificate = await bmcCertificate()
})
afterAll(async () => {
  await certificate.remove()
})
beforeEach(async () => {
  bmc = await bmcHere(certificate)
})
afterEach(async () => {
  await bmc.close()
})

const logins = 'bmcs: { dell: { username: "env:BMC_USER", password: "env:BMC_PASSWORD", caFile: ca.pem } }'

/** A directory with the facts of the host `a`, and an inventory that has it. */
async function project({ host = 'a', hardware = uuid } = {}): Promise<string> {
  const cwd = await tempDirectory({
    'ca.pem': certificate.ca,
    'inventory.yaml': `schema: inventory/v1\nhosts: [{ name: ${host}, labels: { bmc: "${bmc.login.url}" } }]\n`,
  })
  const facts = join(cwd, '.osferry/facts')
  await mkdir(facts, { recursive: true, mode: 0o700 })
  await writeFile(join(facts, 'a.json'), JSON.stringify(factsWith({ hardware: { uuid: hardware } })))
  return cwd
}

async function perform(
  cwd: string,
  selection: RunRequest['selection'] = {},
): Promise<{ result: RunResult; events: JournalEvent[] }> {
  const redfish = RedfishParameters.parse({ bmc: 'dell' })
  const plan = hostPlan([planHost('a', { provider: 'redfish', redfish })])
  const events: JournalEvent[] = []
  const result = await performRun(
    await commandContext(cwd, {
      settings: await settingsOf(cwd, logins),
      env: { HOME: cwd, BMC_USER: 'operator', BMC_PASSWORD: password },
    }),
    {
      plan,
      digest: planDigest(plan),
      run: { id: '20261122-200000-aaaaaa', holder: 'ops@test' },
      selection,
      control: createRunControl(),
      onEvent: (event) => void events.push(event),
      onHold: () => undefined,
    },
  )
  return { result, events }
}

describe('a run that starts a machine by its BMC', () => {
  it('restarts it once, also when the answer to that is lost, and writes no secret down', async () => {
    const cwd = await project()
    bmc.fault = ({ path }) => (path.endsWith('ComputerSystem.Reset') ? 'lost' : undefined)
    const { result, events } = await perform(cwd)
    expect(result).toMatchObject({ exitCode: 0, error: undefined })
    expect(bmc.resets).toEqual(['ForceRestart'])
    expect(JSON.stringify(events)).toContain('PROVISION_REDFISH_UNREACHABLE')
    const files = await readdir(join(cwd, '.osferry'), { recursive: true, withFileTypes: true })
    expect(files.map(({ name }) => name)).toContain('journal.db')
    for (const file of files.filter((one) => one.isFile()))
      expect(await readFile(join(file.parentPath, file.name), 'latin1')).not.toContain('CANARY')
  })

  it('gives the node back before its point of no return when the BMC has another machine', async () => {
    const cwd = await project({ hardware: '4c4c4544-0043-3510-8052-b4c04f564434' })
    const { result, events } = await perform(cwd)
    expect(result.exitCode).toBe(8)
    expect(JSON.stringify(events)).toContain('PROVISION_REDFISH_OTHER_MACHINE')
    expect(events.map(({ body }) => body.type)).not.toContain('point-of-no-return')
    expect(bmc.resets).toEqual([])
    expect(bmc.seen.some(({ method }) => method === 'PATCH')).toBe(false)
  })

  it('has no way back, and says why', async () => {
    const cwd = await project()
    bmc.fault = ({ method }) => (method === 'PATCH' ? { status: 400 } : undefined)
    expect((await perform(cwd)).result.exitCode).toBe(7)
    await expect(perform(cwd, { rollback: ['a'] })).rejects.toMatchObject({
      code: 'ROLLBACK_IMPOSSIBLE',
      message: expect.stringContaining('a BMC does not know what is on a disk') as string,
    })
  })

  it('is refused when the inventory does not know the host, which nothing else would ask for', async () => {
    await expect(perform(await project({ host: 'b' }))).rejects.toMatchObject({
      code: 'PLAN_NOT_RUNNABLE',
      message: 'the inventory has no host a',
    })
    expect(bmc.seen).toEqual([])
  })
})
