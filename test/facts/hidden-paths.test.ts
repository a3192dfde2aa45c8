import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { answerOf } from '../../src/facts/answer.ts'
import { hiding, readHidden, readPaths } from '../../src/facts/input.ts'
import { planCollection, scriptOf } from '../../src/facts/script.ts'
import type { Collector, CollectorInput } from '../../src/model/collector.ts'

const nonce = 'ab'.repeat(16)
const nobody = 65_534
let root: string

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'osferry-hidden-'))
  chmodSync(root, 0o755)
  for (const name of ['open', 'closed/inner', 'walled/image', 'deep/one'])
    mkdirSync(join(root, name), { recursive: true })
  for (const name of ['open/a', 'closed/b', 'walled/known', 'deep/one/c']) writeFileSync(join(root, name), '')
  chmodSync(join(root, 'closed'), 0o700)
  chmodSync(join(root, 'walled'), 0o711)
  chmodSync(join(root, 'deep/one'), 0o700)
})
afterAll(() => rmSync(root, { recursive: true, force: true }))

/** Runs a collector of paths as a user who owns nothing here, and gives what its parser saw. */
function look(
  paths: readonly string[],
  shell: string,
): { input: CollectorInput; degraded: string | undefined } {
  const seen: CollectorInput[] = []
  const collector = {
    fact: 'lsm',
    set: 'basic',
    command: 'ls',
    paths: paths.map((path) => `${root}/${path}`),
    parse(input: CollectorInput) {
      seen.push(input)
      return { active: [] }
    },
  } as unknown as Collector
  const script = scriptOf(planCollection([collector], 'basic'), { set: 'basic', nonce })
  const done = spawnSync(shell, ['-s'], { input: script, uid: nobody, gid: nobody, cwd: '/' })
  const answer = answerOf([collector], done.stdout, {
    nonce,
    set: 'basic',
    collectedAt: '2026-01-01T00:00:00Z',
    receivedAtSeconds: null,
    hash: () => 'ab'.repeat(32),
  })
  const fact = answer.facts.lsm
  return { input: seen[0]!, degraded: fact?.status === 'ok' ? fact.degraded : undefined }
}

describe.each(['dash', 'bash'])('paths that a login may not see, under %s', (shell) => {
  it('does not take them for absent', () => {
    const { input, degraded } = look(['open/a', 'open/none', 'closed/b', 'closed/*', 'closed/inner/x'], shell)
    expect([...input.paths.keys()]).toEqual([`${root}/open/a`])
    expect(['closed/b', 'closed/*', 'closed/inner/x'].map((path) => input.hidden(`${root}/${path}`))).toEqual(
      [true, true, true],
    )
    expect(input.hidden(`${root}/open/none`)).toBe(false)
    expect(degraded).toBe(`not allowed to look into ${root}/closed`)
  })

  it('sees known names in a directory that it may not list, but no pattern', () => {
    const { input, degraded } = look(['walled/known', 'walled/*'], shell)
    expect(input.paths.has(`${root}/walled/known`)).toBe(true)
    expect(input.hidden(`${root}/walled/known`)).toBe(false)
    expect(input.hidden(`${root}/walled/*`)).toBe(true)
    expect(degraded).toContain(`${root}/walled`)
  })

  it('finds closed directories that a pattern leads through', () => {
    const { input } = look(['deep/*/c'], shell)
    expect(input.hidden(`${root}/deep/*/c`)).toBe(true)
  })

  it('says nothing where all can be seen', () => {
    expect(look(['open/*', 'open/none/x'], shell).degraded).toBeUndefined()
  })
})

describe('readHidden', () => {
  it('reads only its own lines, and readPaths only the others', () => {
    const text = 'd\t4096\t/a\t\n!\t0\t/b\t\n-\t0\t/c\t\n-\t0\t/b\t\n'
    expect([...readPaths(text).keys()]).toEqual(['/a'])
    const hidden = readHidden(text)
    expect(hidden).toEqual([
      { path: '/b', missing: 'search' },
      { path: '/c', missing: 'list' },
    ])
    expect(hiding('/b/x/y', hidden)).toEqual(['/b'])
    expect(hiding('/*/x', hidden)).toEqual(['/b'])
    expect(hiding('/b', hidden)).toEqual([])
    expect(hiding('/c/*', hidden)).toEqual(['/c'])
  })
})
