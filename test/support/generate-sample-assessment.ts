import { mkdirSync, writeFileSync } from 'node:fs'
import { checks } from '../../checks/index.ts'
import { assessHost } from '../../src/assess/assess-host.ts'
import { catalogue } from '../../src/assess/catalogue.ts'
import { createSummary } from '../../src/assess/summary.ts'
import { createWaiverBook } from '../../src/assess/waive.ts'
import { builtinKernelProfile } from '../../src/kernel/profiles.ts'
import type { Assessment } from '../../src/model/assessment.ts'
import { targets } from '../../src/model/target.ts'
import { sampleFleet } from './sample-fleet.ts'

/** Judges the sample fleet with the built-in checks, at a fixed time. */
function assessSampleFleet(): Assessment {
  const now = '2026-11-20T09:30:00.000Z'
  const waivers = createWaiverBook({
    now,
    checkIds: new Set(checks.map(({ id }) => id)),
    waivers: [
      {
        check: 'kernel-out-of-tree-modules',
        selector: 'role=gpu',
        reason: 'Vendor confirmed support for Anolis OS 8 in case 48213',
        owner: 'gpu-platform@example.com',
        expires: '2027-03-31',
        ticket: 'OPS-2231',
      },
      {
        check: 'versionlock-pins',
        selector: 'role=edge',
        reason: 'kubelet stays at 1.26 until the cluster upgrade',
        owner: 'edge-team@example.com',
        expires: '2027-01-31',
      },
      {
        check: 'third-party-packages',
        selector: 'role=database',
        reason: 'Database agents are supported by their vendor',
        owner: 'dba@example.com',
        expires: '2027-06-30',
      },
      {
        check: 'nfs-mount-options',
        selector: 'role=storage',
        reason: 'Scratch export, data loss accepted',
        owner: 'storage@example.com',
        expires: '2026-10-31',
      },
    ],
  })
  const summary = createSummary({ targets, anck: '5.10' })
  const options = {
    targets,
    checks,
    kernelProfile: builtinKernelProfile,
    anck: '5.10',
    waivers,
    now,
  } as const
  const hosts = sampleFleet().map((facts) => assessHost(facts, options))
  for (const host of hosts) summary.add(host)
  return {
    schema: 'assessment/v1',
    tool: { name: 'osferry', version: '0.1.0' },
    createdAt: now,
    targets: [...targets],
    checks: catalogue(checks),
    hosts,
    waivers: waivers.report(),
    summary: summary.result(),
  }
}

const folder = new URL('../fixtures/report/', import.meta.url)
mkdirSync(folder, { recursive: true })
const { hosts, ...rest } = assessSampleFleet()
const lines = hosts.map((host) => JSON.stringify(host)).join(',\n')
writeFileSync(
  new URL('assessment.json', folder),
  `${JSON.stringify(rest).slice(0, -1)},"hosts":[\n${lines}\n]}\n`,
)
