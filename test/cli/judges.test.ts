import { mkdir, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Judged, JudgeJob, JudgeSetup } from '../../src/cli/judge.ts'
import { inOrder, startJudges, threadsFor } from '../../src/cli/judges.ts'
import { writeFacts } from '../../src/inventory/facts-store.ts'
import { recordedFacts } from '../../src/cli/recorded-hosts.ts'
import { isMigrationError } from '../../src/model/errors.ts'
import { clusterNode, nodeInput } from '../support/cluster-fixture.ts'
import { tempDirectory } from '../inventory/temp.ts'

const now = '2026-11-21T00:00:00Z'
const setup: JudgeSetup = {
  targets: ['anolis-rhck', 'anolis-anck', 'containeros'],
  anck: '5.10',
  now,
  waivers: [
    {
      check: 'kubelet-version-supported',
      selector: '*',
      reason: 'moved this quarter',
      owner: 'team-os',
      expires: '2027-01-01',
    },
  ],
  selector: undefined,
  checksDirectory: undefined,
  withCluster: false,
  manyHosts: true,
}

async function savedHosts(): Promise<string[]> {
  const directory = await tempDirectory()
  const paths: string[] = []
  for (const facts of recordedFacts({ now, version: '0.0.0' })) paths.push(await writeFacts(directory, facts))
  return paths
}

async function judgeAll(jobs: readonly JudgeJob[], threads: number, changed: Partial<JudgeSetup> = {}) {
  const judges = await startJudges({ ...setup, ...changed }, threads)
  try {
    const answers: (Judged | undefined)[] = []
    for await (const judged of inOrder(jobs, judges.judge, judges.atOnce)) answers.push(judged)
    return answers
  } finally {
    await judges.close()
  }
}

const text = (judged: Judged | undefined): string => new TextDecoder().decode(judged?.line)

describe('judging in threads', () => {
  it('hands the view of a node to the thread', async () => {
    const node = nodeInput({ nodes: [clusterNode('node-1', { unschedulable: true })] })
    const jobs = (await savedHosts()).map((path): JudgeJob => ({ path, name: path, node }))
    const withCluster = true
    const [here, there] = await Promise.all([
      judgeAll(jobs, 0, { withCluster }),
      judgeAll(jobs, 2, { withCluster }),
    ])
    expect(there.map(text)).toEqual(here.map(text))
    for (const line of there.map(text)) expect(line).toContain('node-cordoned')
  })

  it('gives what judging in this thread gives, in the order asked for', async () => {
    const jobs: JudgeJob[] = (await savedHosts()).map((path) => ({ path, name: path }))
    jobs.push({ host: { name: 'gone', address: 'gone', groups: [], labels: {} }, missing: true })
    const [here, there] = await Promise.all([judgeAll(jobs, 0), judgeAll(jobs, 2)])
    expect(here.length).toBe(jobs.length)
    expect(there.map(text)).toEqual(here.map(text))
    expect(there.map((judged) => judged?.digest)).toEqual(here.map((judged) => judged?.digest))
    expect(there.map((judged) => judged?.waiversUsed)).toEqual(here.map((judged) => judged?.waiversUsed))
    expect(here.flatMap((judged) => judged?.waiversUsed ?? [])).toContain(0)
    expect(text(there.at(-1))).toContain('"name":"gone"')
  })

  it('leaves out what a selector leaves out', async () => {
    const [path = ''] = await savedHosts()
    const host = { name: 'a', address: 'a', groups: [], labels: { zone: 'b' } }
    const jobs = [
      { path, name: 'a', host },
      { path, name: 'x' },
    ]
    for (const threads of [0, 1]) {
      const answers = await judgeAll(jobs, threads, { selector: 'zone=b' })
      expect(answers.map((judged) => judged?.digest.host.name)).toEqual(['a', undefined])
    }
  })

  it('passes an error on with code, hint and details', async () => {
    const [path = ''] = await savedHosts()
    const checksDirectory = join(await tempDirectory(), 'none')
    const errorOf = async (threads: number) => {
      const jobs = [{ path, name: 'x' }]
      const error: unknown = await judgeAll(jobs, threads, { checksDirectory }).catch((caught) => caught)
      if (!isMigrationError(error)) throw error
      const { code, message, hint, details } = error
      return { code, message, hint, details }
    }
    expect(await errorOf(1)).toMatchObject({ code: 'CHECKS_INVALID', details: { file: checksDirectory } })
    expect(await errorOf(1)).toEqual(await errorOf(0))
  })

  it('judges the others when the facts of one host cannot be read, and says how to read it again', async () => {
    const [path = '', other = ''] = await savedHosts()
    await truncate(path, 3000)
    const jobs = [
      { path, name: 'broken' },
      { path: other, name: 'fine' },
    ]
    for (const threads of [0, 1]) {
      const [broken, fine] = await judgeAll(jobs, threads)
      expect(broken?.digest.host.name).toBe('broken')
      expect(broken?.digest.facts).toMatchObject({
        status: 'failed',
        failure: {
          code: 'DOCUMENT_INVALID',
          message: expect.stringContaining(path) as string,
          hint: 'read the host again: osferry collect -l host=broken',
        },
      })
      expect(fine?.digest.facts.failure).toBeUndefined()
    }
  })

  it('judges with the checks of a team', async () => {
    const directory = join(await tempDirectory(), 'checks')
    await mkdir(directory)
    await writeFile(
      join(directory, 'ours.ts'),
      `export const ours = {
        id: 'our-own', domain: 'identity', targets: ['anolis-rhck'], needs: [], severity: 'low',
        title: { en: 'a', zh: 'b' }, what: { en: 'a', zh: 'b' }, remedies: [], effort: { onceMinutes: 0, perHostMinutes: 0 }, sources: ['us'],
        evaluate: () => ({ status: 'pass' as const }),
      }`,
    )
    const [path = ''] = await savedHosts()
    const [judged] = await judgeAll([{ path, name: 'x' }], 1, { checksDirectory: directory })
    expect(text(judged)).toContain('"our-own"')
  })

  it('says when a thread ended', async () => {
    const directory = join(await tempDirectory(), 'checks')
    await mkdir(directory)
    await writeFile(join(directory, 'ours.mjs'), 'process.exit(7)')
    const [path = ''] = await savedHosts()
    await expect(judgeAll([{ path, name: 'x' }], 1, { checksDirectory: directory })).rejects.toThrow(
      'exit code 7',
    )
  })
})

describe('inOrder', () => {
  it('keeps the order and the bound', async () => {
    let open = 0
    let most = 0
    const answers: number[] = []
    const answer = async (job: number): Promise<number> => {
      most = Math.max(most, ++open)
      await new Promise((resolve) => setTimeout(resolve, (7 * job) % 5))
      open -= 1
      return job
    }
    const jobs = Array.from({ length: 40 }, (_, index) => index)
    for await (const result of inOrder(jobs, answer, 4)) answers.push(result)
    expect(answers).toEqual(jobs)
    expect(most).toBe(4)
    expect(open).toBe(0)
  })
})

describe('threadsFor', () => {
  it('starts none for a few hosts and not more than the machine runs at once', () => {
    expect(threadsFor(100)).toBe(0)
    expect(threadsFor(100_000)).toBeLessThanOrEqual(4)
  })
})
