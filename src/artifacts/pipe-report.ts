import type { StreamResult } from '../model/ports.ts'
import { visibleLine } from '../model/visible-text.ts'

/** What a pipeline on a host has said: how each of its parts ended, and all other lines. */
export interface PipeReport {
  statuses: ReadonlyMap<string, number>
  lines: readonly string[]
  /** False when it said more than was kept. */
  isWhole: boolean
}

/**
 * The exit status of a pipeline is that of its last part. So each part writes `NONCE NAME STATUS` and a line end to stderr;
 * nobody on the host knows the nonce before. What stands before `NONCE begin 0` was said by the login and not by the pipeline.
 * Parts speak at once, and tar writes a line in pieces: the status of another part may stand in the middle of it.
 */
export function readPipeReport({ stderr, stderrBytes }: StreamResult, nonce: string): PipeReport {
  const text = Buffer.from(stderr).toString('utf8')
  const begin = text.lastIndexOf(`${nonce} begin 0\n`)
  const statuses = new Map<string, number>()
  const said = text
    .slice(Math.max(0, begin))
    .replaceAll(new RegExp(`${nonce} (\\S+) (\\d+)\n`, 'g'), (_, name: string, status: string) => {
      statuses.set(name, Number(status))
      return ''
    })
  const lines = said.split('\n').filter((line) => line !== '')
  return { statuses, lines: lines.map(visibleLine), isWhole: begin >= 0 && stderr.length === stderrBytes }
}

/** Lines for an error's message: the first few, bounded. */
export function someLines(lines: readonly string[]): string {
  const shown = lines.slice(0, 5).map((line) => line.slice(0, 300))
  const more = lines.length - shown.length
  return [...shown, ...(more > 0 ? [`and ${more} more lines`] : [])].join('; ')
}
