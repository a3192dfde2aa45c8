import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { parseOsRelease } from '../../src/model/os-release.ts'
import type { PlannedNode } from '../../src/model/plan.ts'
import { differences, verifyOsStep, type FoundSystem } from '../../src/steps/step-verify-os.ts'
import { modelPlan } from '../migrate/model-plan.ts'
import { localHost } from '../support/local-host.ts'

const lifsea: FoundSystem = {
  id: 'lifsea',
  versionId: '3.0.1',
  variantId: null,
  kernel: '5.10.134-13.1.lifsea8.x86_64',
}

it.each<[string, Partial<FoundSystem>, Parameters<typeof differences>[1], string[]]>([
  [
    'all that was asked',
    {},
    { osRelease: { id: 'lifsea', versionPrefix: '3.0' }, kernelPrefixes: ['4.19', '5.10'] },
    [],
  ],
  ['the whole version', {}, { osRelease: { id: 'lifsea', versionPrefix: '3.0.1' } }, []],
  ['another system', {}, { osRelease: { id: 'anolis' } }, ['ID is lifsea, not anolis']],
  [
    'a version that only begins with the same signs',
    { versionId: '30' },
    { osRelease: { id: 'lifsea', versionPrefix: '3' } },
    ['VERSION_ID is 30, not 3'],
  ],
  [
    'no version',
    { versionId: null },
    { osRelease: { id: 'lifsea', versionPrefix: '3' } },
    ['VERSION_ID is nothing, not 3'],
  ],
  [
    'another variant, and another kernel',
    { variantId: 'server' },
    { osRelease: { id: 'lifsea', variantId: 'nestos' }, kernelPrefixes: ['6.6', '6.1'] },
    ['VARIANT_ID is server, not nestos', 'the kernel is 5.10.134-13.1.lifsea8.x86_64, not 6.6 or 6.1'],
  ],
])('tells found and wanted: %s', (...[, found, wanted, wrong]) => {
  expect(differences({ ...lifsea, ...found }, wanted)).toEqual(wrong)
})

const here = parseOsRelease(readFileSync('/etc/os-release', 'utf8')).get('PRETTY_NAME')
const snapshot = { file: 'f', sha256: 's', takenAt: '2026-11-22T10:00:00Z', uid: 'u', bootId: null }

it.each([
  ['as it has told before', here, 'OS_IS_OLD'],
  ['as it has not told before', 'CentOS Linux 8 (Core)', 'OS_IS_ANOTHER'],
])('tells the old system of a node by the name of its system, %s', async (_, osImage, code) => {
  const [node] = modelPlan([{ nodes: ['node-1'] }]).nodes
  const verified = verifyOsStep.verify({
    node: { ...(node as PlannedNode), target: 'anolis-anck', data: [] },
    parameters: { osRelease: { id: 'lifsea' } },
    run: { id: 'run-1', holder: 'me@here' },
    token: 'token-1',
    attempt: 1,
    isPastPointOfNoReturn: true,
    found: undefined,
    remembered: (uses) =>
      uses === 'cluster.snapshot' ? { ...snapshot, machineId: null, osImage } : undefined,
    signal: new AbortController().signal,
    onWait: () => undefined,
    ports: {
      clock: { now: () => '2026-11-22T10:00:00Z', monotonicMs: () => 0 },
      hostOf: async () => await Promise.resolve(localHost('host-1')),
      get cluster(): never {
        throw new Error('the cluster is not asked')
      },
    },
  })
  await expect(verified).rejects.toMatchObject({ failureClass: 'config', code })
})
