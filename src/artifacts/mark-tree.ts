import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import { TreeMark } from '../model/artifact-port.ts'
import { MigrationError } from '../model/errors.ts'
import type { Host, RunResult } from '../model/ports.ts'
import { visibleLine } from '../model/visible-text.ts'
import { readFailed } from './data-errors.ts'
import { changedScript, markScript } from './host-scripts.ts'

/** A directory of a host, and for how long it may be looked at. */
interface TreeQuestion {
  path: string
  seconds: number
}

const count = z.coerce.number().pipe(TreeMark.shape.entries)
const Answer = z.object({
  status: z.literal('0'),
  entries: count,
  bytes: count,
  sum: TreeMark.shape.changeSum,
  last: TreeMark.shape.lastChange,
})

/** `timeout` of coreutils has ended what it runs. */
const timeIsOver = '124'
/** Beyond the time that the script gives itself. */
const graceMs = 60_000
const mostNames = 5
const namesSeconds = 60

/**
 * How a tree is, by its entries alone: no file is read. Undefined when there is no directory. Throws TOOL_MISSING, DATA_READ_FAILED
 * and what `run` throws.
 */
export async function markTree(
  host: Host,
  { path, seconds }: TreeQuestion,
  signal: AbortSignal,
): Promise<TreeMark | undefined> {
  const { told, stderr } = await ask(host, markScript, { words: [path, String(seconds)], seconds, signal })
  const answers = new Map(told)
  const lacks = answers.get('lacks')
  if (lacks !== undefined)
    throw new MigrationError('TOOL_MISSING', `${host.name}: there is no ${lacks}`, {
      hint: `Install ${lacks} on the host.`,
      details: { host: host.name },
    })
  if (answers.get('there') === 'no') return undefined
  const answer = Answer.safeParse(Object.fromEntries(answers)).data
  if (answer === undefined) {
    const isLate = answers.get('status') === timeIsOver
    const why = isLate
      ? `its files could not be counted in ${seconds} s`
      : `its files could not be counted: ${said(stderr)}`
    throw readFailed(host.name, path, why)
  }
  const { entries, bytes, sum, last } = answer
  return { entries, bytes, changeSum: sum, lastChange: last }
}

/** A few names of what has changed since a mark was made, below the path; none when the host does not tell. */
export async function changedNames(
  host: Host,
  { path, since }: { path: string; since: TreeMark },
  signal: AbortSignal,
): Promise<readonly string[]> {
  const words = [path, String(namesSeconds), since.lastChange, String(mostNames + 1)]
  const { told } = await ask(host, changedScript, { words, seconds: namesSeconds, signal })
  return told.flatMap(([key, name]) => (key === 'name' ? [visibleLine(name)] : []))
}

async function ask(
  host: Host,
  script: string,
  { words, seconds, signal }: { words: readonly string[]; seconds: number; signal: AbortSignal },
): Promise<{ told: (readonly [key: string, value: string])[]; stderr: RunResult['stderr'] }> {
  const nonce = randomBytes(12).toString('hex')
  const { stdout, stderr } = await host.run({
    argv: ['bash', '--norc', '-c', script, 'osferry', nonce, ...words],
    become: true,
    timeoutMs: seconds * 1000 + graceMs,
    maxOutputBytes: 64 * 1024,
    signal,
  })
  const line = new RegExp(`^${nonce} ([a-z]+)=(.*)$`)
  const told = Buffer.from(stdout)
    .toString('utf8')
    .split('\n')
    .flatMap((text) => {
      const [, key, value] = line.exec(text) ?? []
      return key === undefined || value === undefined ? [] : [[key, value] as const]
    })
  return { told, stderr }
}

function said(stderr: Uint8Array): string {
  return visibleLine(Buffer.from(stderr).toString('utf8')).slice(0, 300)
}
