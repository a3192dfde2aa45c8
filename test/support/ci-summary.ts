import fs from 'node:fs'
import path from 'node:path'
import { z } from 'zod'

/** Prints the failed tests and the closing line of `.ci/run` from vitest's JSON; fails when a test failed, was skipped, or none ran. */
const Results = z.object({
  numTotalTests: z.int(),
  numPassedTests: z.int(),
  numFailedTests: z.int(),
  numFailedTestSuites: z.int(),
  numPendingTests: z.int(),
  numTodoTests: z.int(),
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      message: z.string().default(''),
      assertionResults: z.array(
        z.object({
          fullName: z.string(),
          status: z.string(),
          failureMessages: z.array(z.string()).nullish(),
        }),
      ),
    }),
  ),
})

const messageLines = 12
function beginning(message: string): string {
  const own = message.split('\n').filter((line) => !line.includes('/node_modules/'))
  return own.slice(0, messageLines).join('\n    ')
}

const files = process.argv.slice(2)
if (files.length === 0) throw new Error('usage: ci-summary.ts RESULTS.json...')
const total = { passed: 0, failed: 0, skipped: 0 }
for (const file of files) {
  const results = Results.parse(JSON.parse(fs.readFileSync(file, 'utf8')))
  if (results.numTotalTests === 0) throw new Error(`${file}: no test has run`)
  total.passed += results.numPassedTests
  total.failed += Math.max(results.numFailedTests, results.numFailedTestSuites > 0 ? 1 : 0)
  total.skipped += results.numPendingTests + results.numTodoTests
  for (const { name, status, message, assertionResults } of results.testResults) {
    const where = path.relative(process.cwd(), name)
    if (status === 'failed' && message !== '') console.log(`failed: ${where}: ${beginning(message)}`)
    for (const test of assertionResults) {
      if (test.status === 'passed') continue
      console.log(`${test.status}: ${where}: ${test.fullName}`)
      for (const text of test.failureMessages ?? []) console.log(`    ${beginning(text)}`)
    }
  }
}
const failed = total.failed + total.skipped
if (total.skipped > 0) console.log(`${total.skipped} tests were skipped; every test must run`)
console.log(`${total.passed} passed, ${failed} failed`)
process.exitCode = failed > 0 || total.passed === 0 ? 1 : 0
