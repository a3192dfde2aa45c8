import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { checks } from '../../checks/index.ts'
import { CheckShape, loadTeamChecks } from '../../src/cli/team-checks.ts'

let directory = ''
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'osferry-checks-'))
})
afterEach(() => rm(directory, { recursive: true }))

const good = `{
  id: 'our-rule', domain: 'services', targets: ['containeros'], needs: ['units'], severity: 'high',
  title: { en: 'Ours', zh: '我们的' }, what: { en: 'Why', zh: '原因' }, remedies: [],
  effort: { onceMinutes: 1, perHostMinutes: 0 }, sources: ['https://wiki.example/rule'],
  evaluate: () => ({ status: 'pass' }),
}`

function write(name: string, text: string): Promise<void> {
  return writeFile(join(directory, name), text)
}

describe('loadTeamChecks', () => {
  it('loads JavaScript and TypeScript files, single checks and lists', async () => {
    await write('one.mjs', `export const rule = ${good}`)
    await write(
      'two.ts',
      `const list: unknown[] = [${good.replace('our-rule', 'second-rule')}]\nexport { list }`,
    )
    await write('notes.txt', 'not a check')
    const loaded = await loadTeamChecks(directory, new Set())
    expect(loaded.map(({ id }) => id)).toEqual(['our-rule', 'second-rule'])
  })

  it.each([
    ['Chinese is missing', good.replace("zh: '我们的'", ''), /rule\.title\.zh/],
    [
      'evaluate is no function',
      good.replace("() => ({ status: 'pass' })", "'pass'"),
      /rule\.evaluate: expected a function/,
    ],
    ['a fact does not exist', good.replace("'units'", "'unit'"), /rule\.needs\.0/],
    ['the severity does not exist', good.replace("'high'", "'huge'"), /rule\.severity/],
    ['it has no source', good.replace("['https://wiki.example/rule']", '[]'), /rule\.sources/],
    ['the id has capitals', good.replace('our-rule', 'OurRule'), /rule\.id/],
  ])('names file and field when %s', async (_, text, message) => {
    await write('bad.mjs', `export const rule = ${text}`)
    await expect(loadTeamChecks(directory, new Set())).rejects.toMatchObject({
      code: 'CHECKS_INVALID',
      message: expect.stringMatching(message) as string,
      details: { file: join(directory, 'bad.mjs') },
    })
  })

  it('names the fields that a check lacks, even when it has but an id', async () => {
    await write('begun.mjs', "export const rule = { id: 'x' }")
    await expect(loadTeamChecks(directory, new Set())).rejects.toMatchObject({
      message: expect.stringMatching(/begun\.mjs: rule: missing domain, targets, needs, severity/) as string,
    })
  })

  it('suggests the fact that was meant', async () => {
    await write('bad.mjs', `export const rule = ${good.replace("'units'", "'unit'")}`)
    await expect(loadTeamChecks(directory, new Set())).rejects.toMatchObject({
      hint: 'Did you mean the fact units?',
    })
  })

  it.each([
    ['a syntax error', 'export const = 1'],
    ['no check in it', 'export const x = 1'],
  ])('refuses a file with %s', async (_, text) => {
    await write('bad.mjs', text)
    await expect(loadTeamChecks(directory, new Set())).rejects.toMatchObject({ code: 'CHECKS_INVALID' })
  })

  it('refuses an id that is taken, by osferry or by another file', async () => {
    await write('a.mjs', `export const rule = ${good}`)
    await expect(loadTeamChecks(directory, new Set(['our-rule']))).rejects.toThrow(/taken by osferry itself/)
    await write('b.mjs', `export const rule = ${good}`)
    await expect(loadTeamChecks(directory, new Set())).rejects.toThrow(/taken by .*a\.mjs/)
  })

  it('refuses a directory that is missing or empty', async () => {
    await expect(loadTeamChecks(join(directory, 'no'), new Set())).rejects.toMatchObject({
      code: 'CHECKS_INVALID',
    })
    await expect(loadTeamChecks(directory, new Set())).rejects.toThrow(/holds no .ts/)
  })

  it('finds every built-in check in the same shape', () => {
    expect(checks.filter((check) => !CheckShape.safeParse(check).success).map(({ id }) => id)).toEqual([])
  })
})
