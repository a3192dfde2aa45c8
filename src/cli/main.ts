import { errorCodes, MigrationError } from '../model/errors.ts'
import { jobLog } from './job-log.ts'
import { outputStream } from './output-stream.ts'
import { runLine } from './run-line.ts'
import { terminalFacts } from './terminal-facts.ts'
import { ownVersion } from './version.ts'

/** Runs one command line in this process and ends the process with its exit code. */
export async function main(argv: readonly string[]): Promise<never> {
  const stdout = outputStream(process.stdout)
  const { env } = process
  const stderr = jobLog(outputStream(process.stderr), env)
  const host = { stdout, stderr, facts: terminalFacts(), env, cwd: process.cwd(), version: ownVersion() }
  const code = await runLine(argv, host)
  await stdout.flush()
  const lost = stdout.failure === undefined ? undefined : lostOutput(stdout.failure)
  if (lost !== undefined) stderr.write(`error: ${lost.message} [${lost.code}]\n`)
  await stderr.flush()
  process.exit(lost === undefined ? code : errorCodes[lost.code])
}

/** Half a document with the exit code of a whole one would be believed. */
function lostOutput(cause: Error): MigrationError {
  return new MigrationError('OUTPUT_FAILED', `stdout could not be written: ${cause.message}`, { cause })
}
