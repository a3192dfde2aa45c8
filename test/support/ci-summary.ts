import fs from 'node:fs'
import { z } from 'zod'

/** Prints the closing line of `.ci/run` from vitest's JSON and fails when a test failed, was skipped, or none ran. */
const Results = z.object({
  numTotalTests: z.int(),
  numPassedTests: z.int(),
  numFailedTests: z.int(),
  numFailedTestSuites: z.int(),
  numPendingTests: z.int(),
  numTodoTests: z.int(),
})

const file = process.argv[2]
if (file === undefined) throw new Error('usage: ci-summary.ts RESULTS.json')
const results = Results.parse(JSON.parse(fs.readFileSync(file, 'utf8')))
const skipped = results.numPendingTests + results.numTodoTests
const failed = Math.max(results.numFailedTests, results.numFailedTestSuites > 0 ? 1 : 0) + skipped
if (skipped > 0) console.log(`${skipped} tests were skipped; every test must run`)
console.log(`${results.numPassedTests} passed, ${failed} failed`)
process.exitCode = failed > 0 || results.numPassedTests === 0 ? 1 : 0
