import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { profileList } from '../../src/cli/command-profile-list.ts'
import { profileProbe } from '../../src/cli/command-profile-probe.ts'
import { profileShow } from '../../src/cli/command-profile-show.ts'
import { profileValidate } from '../../src/cli/command-profile-validate.ts'
import type { CommandInput } from '../../src/cli/define-command.ts'
import { findProfile } from '../../src/cli/find-profile.ts'
import { factsDirectory } from '../../src/cli/state-paths.ts'
import { builtInProfiles } from '../../src/ignition/built-in-profiles.ts'
import { writeFacts } from '../../src/inventory/facts-store.ts'
import { commandContext } from '../support/command-context.ts'
import { factsWith, hostFacts } from '../support/facts-fixture.ts'
import { settingsOf } from './run-world-here.ts'

let directory = ''
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'osferry-profile-'))
})
afterAll(() => {
  rmSync(directory, { recursive: true })
})

const lifseaos = builtInProfiles[0]!
const given = (...names: string[]): CommandInput => ({
  arguments: names,
  value: () => undefined,
  values: () => [],
  on: () => false,
})

function write(name: string, profile: object): string {
  writeFileSync(join(directory, name), stringify(profile))
  return `./${name}`
}

describe('findProfile', () => {
  const options = async () => await commandContext(directory)
  const listing = async (...files: string[]) => {
    const lines = files.map((file) => `    - ${file}\n`).join('')
    const settings = await settingsOf(directory, `ignition:\n  profiles:\n${lines}`)
    rmSync(join(directory, 'osferry.yaml'))
    return await commandContext(directory, { settings })
  }

  it('finds a built-in one by its name', async () => {
    expect(await findProfile('flatcar', await options())).toMatchObject({
      profile: { name: 'flatcar' },
      file: null,
    })
  })

  it('reads one of a team by its path', async () => {
    const maxSpec = { value: '3.2.0', source: 'ignition --version' }
    const path = write('ours.yaml', {
      ...lifseaos,
      name: 'ours',
      ignition: { ...lifseaos.ignition, maxSpec },
    })
    const { profile, file } = await findProfile(path, await options())
    expect(profile.ignition.maxSpec).toEqual(maxSpec)
    expect(file).toBe(join(directory, 'ours.yaml'))
  })

  it('finds one that osferry.yaml lists by its name, before a built-in one', async () => {
    write('mine.yaml', { ...lifseaos, name: 'mine' })
    write('whole.yaml', { ...lifseaos, title: { en: 'as we know it', zh: '我们的' } })
    const context = await listing('mine.yaml', './whole.yaml')
    expect(await findProfile('mine', context)).toMatchObject({ file: join(directory, 'mine.yaml') })
    expect((await findProfile('lifseaos', context)).profile.title.en).toBe('as we know it')
    expect((await findProfile('flatcar', context)).file).toBeNull()
    await expect(findProfile('mines', context)).rejects.toThrow('no os profile "mines"')
  })

  it('refuses a name that two files have', async () => {
    write('one.yaml', { ...lifseaos, name: 'twin' })
    write('two.yaml', { ...lifseaos, name: 'twin' })
    const context = await listing('one.yaml', 'two.yaml')
    await expect(findProfile('twin', context)).rejects.toThrow('are all called twin')
  })

  it('names the nearest one for a name that is none', async () => {
    await expect(findProfile('flatcat', await options())).rejects.toMatchObject({
      code: 'PROFILE_UNKNOWN',
      hint: expect.stringContaining('Did you mean flatcar?'),
    })
  })

  it.each([
    ['a value that is not allowed', { maxSpec: { value: '3.9.0', source: 'us' } }, /maxSpec.*"3\.3\.0"/],
    ['a value without its source', { maxSpec: { value: '3.3.0' } }, /maxSpec.*is missing/],
    ['a field that is not there', {}, /maxSpec/],
    ['a field that no profile has', { maxSpeck: { unknown: 'x' } }, /maxSpeck.*did you mean "maxSpec"/],
  ])('refuses %s with its place', async (_, ignition, words) => {
    const { platformIds } = lifseaos.ignition
    const path = write('wrong.yaml', { ...lifseaos, ignition: { platformIds, ...ignition } })
    const refused = await findProfile(path, await options()).catch((error: unknown) => error)
    expect(refused).toMatchObject({
      code: 'PROFILE_INVALID',
      message: expect.stringMatching(/wrong\.yaml:\d+:\d+: ignition/),
    })
    expect(String(refused)).toMatch(words)
  })

  it('refuses a path that leaves its directory', async () => {
    const writable = { value: ['/var/../usr'], source: 'us' }
    const path = write('up.yaml', { ...lifseaos, paths: { ...lifseaos.paths, writable } })
    await expect(findProfile(path, await options())).rejects.toThrow('an absolute path without . and ..')
  })
})

describe('osferry profile', () => {
  it('list says of each one how much is known', async () => {
    const context = await commandContext(directory, { format: 'json' })
    await profileList.run(context, given())
    const { items } = JSON.parse(context.written.stdout) as { items: { name: string; unknown: string[] }[] }
    expect(items.map(({ name }) => name)).toEqual(builtInProfiles.map(({ name }) => name))
    expect(items[0]?.unknown).toContain('ignition.maxSpec')
  })

  it('show -o yaml is a profile that can be named by its path', async () => {
    const context = await commandContext(directory, { format: 'yaml' })
    await profileShow.run(context, given('lifseaos'))
    writeFileSync(join(directory, 'shown.yaml'), context.written.stdout)
    expect((await findProfile('./shown.yaml', context)).profile).toEqual(lifseaos)
  })

  it('show says in both languages what is not known', async () => {
    const context = await commandContext(directory)
    await profileShow.run(context, given('lifseaos'))
    expect(context.written.stdout).toMatch(/ignition\.maxSpec +not known +ignition --version/)
    const chinese = await commandContext(directory, { language: 'zh-CN', say: ({ zh }) => zh })
    await profileShow.run(chinese, given('lifseaos'))
    expect(chinese.written.stdout).toMatch(/ignition\.maxSpec +未知/)
  })

  it('validate tells valid from not valid, and looks at all of them', async () => {
    const good = write('good.yaml', lifseaos)
    const bad = write('bad.yaml', { ...lifseaos, name: 'Not A Name' })
    const context = await commandContext(directory, { format: 'json' })
    const exit = await profileValidate.run(context, given(bad, good))
    expect(exit).toMatchObject({ code: 65, reason: '1 of 2 profiles not valid' })
    expect(JSON.parse(context.written.stdout)).toMatchObject({
      items: [
        { valid: false, code: 'PROFILE_INVALID', problem: expect.stringContaining('name: ') },
        { valid: true, problem: null },
      ],
    })
  })

  it('probe prints a profile that can be named by its path, and ends with 2 where the machine is otherwise', async () => {
    const context = await commandContext(directory, { format: 'yaml' })
    const facts = factsWith({ osRelease: { id: 'lifsea' }, time: { service: 'chronyd' } }, hostFacts())
    await writeFacts(factsDirectory(context), facts)
    const exit = await profileProbe.run(context, given('worker-1'))
    writeFileSync(join(directory, 'probed.yaml'), context.written.stdout)
    const { profile } = await findProfile('./probed.yaml', context)
    expect(profile.name).toBe('lifseaos')
    expect(profile.time.service).toMatchObject({ value: 'chronyd' })
    // The machine of the test has an sshd, and the profile says that the image has none.
    expect(exit).toMatchObject({ code: 2, reason: expect.stringContaining('packages.sshd') })
    const table = await commandContext(directory)
    await profileProbe.run(table, given('worker-1'))
    expect(table.written.stdout).toMatch(/time\.service +filled in +chronyd/)
    expect(table.written.stdout).toContain('Not known still: ')
  })
})
