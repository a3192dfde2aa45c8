import { spawnSync } from 'node:child_process'
import { openSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const cli = fileURLToPath(new URL('../../src/cli/bin.ts', import.meta.url))

function withFullDisk(...argv: string[]): { status: number | null; stderr: string } {
  const full = openSync('/dev/full', 'w')
  const done = spawnSync(process.execPath, [cli, ...argv], {
    stdio: ['ignore', full, 'pipe'],
    encoding: 'utf8',
  })
  return { status: done.status, stderr: done.stderr }
}

describe('a stdout that cannot be written', () => {
  it.each([
    ['checks', 'list', '-o', 'json'],
    ['help', 'exit-codes'],
  ])('is an error: %s %s', (...argv) => {
    const { status, stderr } = withFullDisk(...argv)
    expect(status).toBe(69)
    expect(stderr).toContain('stdout could not be written')
  })

  it('is one of --help too', () => {
    expect(withFullDisk('--help').status).toBe(69)
  })
})
