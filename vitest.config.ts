import { defineConfig } from 'vitest/config'

/** Tests that wait for real processes: with the integration tests, so that `npm run check` takes seconds. */
const slow = ['test/facts/script.test.ts', 'test/wizard/wizard.test.ts']

/** Tests with a control plane of their own: they mostly wait, for graces and controllers. */
const cluster = [
  'test/integration/{cluster,drain,restore,verify,csr}*.test.ts',
  'test/integration/{control-plane,fake-kubelet,node-checks,granted-rights,run-lease,webhook-rules,whole-way,why}.test.ts',
]

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/integration/**', 'test/e2e/**', 'test/fixtures/**', ...slow],
          // Our modules keep no state, so files may share them; it cuts the CPU to a quarter.
          isolate: false,
          testTimeout: 20_000,
        },
      },
      {
        test: {
          name: 'integration',
          globalSetup: ['test/support/build-once.ts'],
          include: ['test/integration/**/*.test.ts', ...slow],
          exclude: cluster,
          testTimeout: 180_000,
          hookTimeout: 300_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: 'cluster',
          globalSetup: ['test/support/build-once.ts'],
          include: cluster,
          testTimeout: 180_000,
          hookTimeout: 300_000,
          maxWorkers: 2,
        },
      },
      {
        test: {
          name: 'e2e',
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
