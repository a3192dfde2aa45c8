import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { playbooksValidate } from '../../src/cli/command-playbooks-validate.ts'
import { profileValidate } from '../../src/cli/command-profile-validate.ts'
import type { CommandInput } from '../../src/cli/define-command.ts'
import { builtInProfiles } from '../../src/ignition/built-in-profiles.ts'
import { builtInPlaybooks } from '../../src/model/playbook-names.ts'
import { commandContext, type TestContext } from '../support/command-context.ts'
import { tempDirectory } from '../inventory/temp.ts'

const given = (...names: string[]): CommandInput => ({
  arguments: names,
  value: () => undefined,
  values: () => [],
  on: () => false,
})

function itemsOf({ written }: TestContext): unknown {
  return (JSON.parse(written.stdout) as { items: unknown }).items
}

describe.each([
  ['playbook', playbooksValidate, builtInPlaybooks],
  ['profile', profileValidate, builtInProfiles.map(({ name }) => name)],
] as const)('osferry %s validate', (kind, command, builtIn) => {
  const noSuch = `${kind.toUpperCase()}_UNKNOWN`

  it('takes the built-in ones when none is named, and all of them are valid', async () => {
    const context = await commandContext(await tempDirectory(), { format: 'json' })
    expect(await command.run(context, given())).toEqual({ code: 0, reason: 'done', next: [] })
    expect(itemsOf(context)).toEqual(
      builtIn.map((name) =>
        expect.objectContaining({ [kind]: name, valid: true, problem: null, code: null }),
      ),
    )
  })

  it('looks at each once, and ends with the code of the first that is not valid', async () => {
    const cwd = await tempDirectory()
    writeFileSync(join(cwd, 'bad.yaml'), `schema: nothing/v1\n`)
    const context = await commandContext(cwd, { format: 'json' })
    const [name = ''] = builtIn
    const exit = await command.run(context, given(name, 'no-such', './bad.yaml', name))
    expect(exit.code).toBe(64)
    expect(exit.reason).toBe(`2 of 3 ${kind}s not valid`)
    expect(itemsOf(context)).toMatchObject([
      { [kind]: name, valid: true },
      { [kind]: 'no-such', valid: false, code: noSuch },
      { [kind]: './bad.yaml', valid: false, code: `${kind.toUpperCase()}_INVALID` },
    ])
    expect((await command.run(context, given('./bad.yaml', 'no-such'))).code).toBe(65)
  })

  it('says in a table which are valid, and in one line what is wrong, in both languages', async () => {
    const cwd = await tempDirectory()
    const [name = ''] = builtIn
    const english = await commandContext(cwd)
    const exit = await command.run(english, given('no-such'))
    expect(english.written.stdout).toMatch(new RegExp(`^${kind.toUpperCase()} +RESULT `))
    expect(english.written.stdout).toMatch(/^no-such +not valid .*no .*"no-such"$/m)
    expect(english.written.stderr).toBe(`1 of 1 ${kind} not valid\nnext: ${exit.next[0]}\n`)
    const chinese = await commandContext(cwd, { language: 'zh-CN', say: ({ zh }) => zh })
    await command.run(chinese, given(name, 'no-such'))
    expect(chinese.written.stdout).toMatch(new RegExp(`^${name} +有效`, 'm'))
    expect(chinese.written.stderr).toMatch(/^2 个(剧本|系统描述)中有 1 个无效\n下一步：/)
  })
})

it('tells of a playbook its digest, and of a profile what nobody has filled in', async () => {
  const context = await commandContext(await tempDirectory(), { format: 'json' })
  await playbooksValidate.run(context, given(builtInPlaybooks[0] ?? '', 'no-such'))
  expect(itemsOf(context)).toMatchObject([
    { sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
    { sha256: null },
  ])
  const other = await commandContext(await tempDirectory(), { format: 'json' })
  await profileValidate.run(other, given('lifseaos', 'no-such'))
  expect(itemsOf(other)).toMatchObject([
    { unknown: expect.arrayContaining(['ignition.maxSpec']) },
    { unknown: [] },
  ])
})
