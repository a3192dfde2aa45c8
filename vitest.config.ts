import { defineConfig } from 'vitest/config'
import { LongestFirst } from './test/support/longest-first.ts'

/** Tests that wait for real processes, or run thousands of histories: with the integration tests, so that `npm run check` takes seconds. */
const slow = [
  'test/migrate/{killed-anywhere,random-histories}.test.ts',
  'test/facts/script.test.ts',
  'test/lab/start-lab.test.ts',
  'test/wizard/wizard{,-move}.test.ts',
]

/** Tests with a control plane of their own: they mostly wait, for graces and controllers. */
const cluster = [
  'test/integration/{cluster,crash,drain,restore,verify,csr}*.test.ts',
  'test/integration/{control-plane,fake-kubelet,node-checks,granted-rights,run-lease,run-secrets,webhook-rules,whole-way,why}.test.ts',
]

/** For a condition that a test waits for: what a slow machine needs beside other files. Vitest has one second. */
const expect = { poll: { timeout: 60_000, interval: 100 } }

/** One project after the other: each has its own number of files that run side by side. */
export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        test: {
          name: 'unit',
          sequence: { groupOrder: 0 },
          include: ['test/**/*.test.ts'],
          exclude: ['test/integration/**', 'test/e2e/**', 'test/fixtures/**', ...slow],
          // Our modules keep no state, so files may share them; it cuts the CPU to a quarter.
          isolate: false,
          maxWorkers: '100%',
          // Property tests take seconds of CPU, and ten times as long beside other work.
          testTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'integration',
          sequence: { groupOrder: 1 },
          globalSetup: ['test/support/build-once.ts'],
          include: ['test/integration/**/*.test.ts', ...slow],
          exclude: cluster,
          expect,
          testTimeout: 180_000,
          hookTimeout: 300_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: 'cluster',
          sequence: { groupOrder: 3 },
          globalSetup: ['test/support/build-once.ts'],
          include: cluster,
          expect,
          testTimeout: 180_000,
          hookTimeout: 300_000,
          maxWorkers: 4,
        },
      },
      {
        test: {
          name: 'e2e',
          sequence: { groupOrder: 2 },
          globalSetup: ['test/support/build-once.ts'],
          include: ['test/e2e/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
    ],
  },
})
