import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { resolveSettings, withSetting } from '../../src/cli/config.ts'
import type { ConfigSources, Settings } from '../../src/cli/config.ts'
import { configKeys } from '../../src/cli/config-schema.ts'
import { settingKeys, settingRow } from '../../src/cli/settings.ts'
import type { SettingKey } from '../../src/cli/settings.ts'
import { resolveSettings as resolveHostSettings } from '../../src/inventory/settings.ts'

let directory = ''
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'osferry-config-'))
})
afterEach(() => rm(directory, { recursive: true }))

function resolveWith(
  sources: Partial<ConfigSources> & { flag?: [SettingKey, unknown][] } = {},
): Promise<Settings> {
  const { flag = [], env = {}, ...rest } = sources
  const home = { HOME: join(directory, 'home') }
  return resolveSettings({
    flags: new Map(flag),
    configFiles: [],
    cwd: directory,
    language: 'en',
    ...rest,
    env: { ...home, ...env },
  })
}

describe('the table of settings', () => {
  it('tells the defaults that hosts are resolved with', () => {
    const { user: _user, jump: _jump, ...resolved } = resolveHostSettings([], '/inventory.yaml')
    for (const [name, value] of Object.entries(resolved)) {
      const key = settingKeys.find((known) => known === `ssh.${name}`)
      const told = key === undefined ? undefined : settingRow(key).fallback
      const expected = Array.isArray(value) && value.length === 0 ? undefined : value
      const home = (path: unknown): unknown =>
        typeof path === 'string' ? path.replace(/^~/, homedir()) : path
      expect({ name, value: Array.isArray(told) ? told.map(home) : told }).toEqual({ name, value: expected })
    }
  })

  it('has exactly the keys of osferry.yaml', () => {
    expect([...settingKeys].sort()).toEqual(configKeys().sort())
  })

  it('gives every key a variable of its own', () => {
    const names = settingKeys.map((key) => settingRow(key).env)
    expect(new Set(names).size).toBe(names.length)
    expect(names.every((name) => /^OSFERRY_[A-Z_]+$/.test(name))).toBe(true)
  })

  it('lets no two flags have the same name', () => {
    const flags = settingKeys.flatMap((key) => settingRow(key).flags?.match(/--[a-z-]+/)?.[0] ?? [])
    expect(new Set(flags).size).toBe(flags.length)
  })
})

describe('resolveSettings', () => {
  it('takes flag over variable over project file over user file over default, and remembers who won', async () => {
    await mkdir(join(directory, 'home/.config/osferry'), { recursive: true })
    await writeFile(
      join(directory, 'home/.config/osferry/config.yaml'),
      'collect: { concurrency: 5, set: basic }\n',
    )
    await writeFile(join(directory, 'osferry.yaml'), '# mine\ncollect:\n  concurrency: 6\n')

    const byFile = await resolveWith()
    expect(byFile.number('collect.concurrency')).toBe(6)
    expect(byFile.all.get('collect.concurrency')?.origin).toEqual({
      from: 'file',
      path: join(directory, 'osferry.yaml'),
      line: 3,
      column: 3,
    })
    expect(byFile.text('collect.set')).toBe('basic')
    expect(byFile.all.get('collect.timeoutSeconds')).toEqual({ value: 120, origin: { from: 'default' } })

    const byEnv = await resolveWith({ env: { OSFERRY_CONCURRENCY: '7' } })
    expect(byEnv.all.get('collect.concurrency')).toEqual({
      value: 7,
      origin: { from: 'env', name: 'OSFERRY_CONCURRENCY' },
    })

    const byFlag = await resolveWith({
      env: { OSFERRY_CONCURRENCY: '7' },
      flag: [['collect.concurrency', '8']],
    })
    expect(byFlag.all.get('collect.concurrency')).toEqual({
      value: 8,
      origin: { from: 'flag', name: '--concurrency' },
    })
  })

  it('lets the later -c win and leaves ./osferry.yaml aside then', async () => {
    await writeFile(join(directory, 'osferry.yaml'), 'output: yaml\n')
    await writeFile(join(directory, 'a.yaml'), 'lang: en\ncolor: never\n')
    await writeFile(join(directory, 'b.yaml'), 'lang: zh-CN\n')
    const settings = await resolveWith({ configFiles: ['a.yaml', 'b.yaml'] })
    expect(settings.text('lang')).toBe('zh-CN')
    expect(settings.text('color')).toBe('never')
    expect(settings.text('output')).toBe('table')
  })

  it('takes paths in a file as relative to that file', async () => {
    await mkdir(join(directory, 'ci'))
    await writeFile(
      join(directory, 'ci/osferry.yaml'),
      'inventory: hosts.yaml\nssh: { identityFiles: [key, ~/.ssh/id] }\n',
    )
    const settings = await resolveWith({ configFiles: ['ci/osferry.yaml'] })
    expect(settings.text('inventory')).toBe(join(directory, 'ci/hosts.yaml'))
    expect(settings.list('ssh.identityFiles')).toEqual([join(directory, 'ci/key'), '~/.ssh/id'])
  })

  it('names file, line, column and the nearest key for an unknown key', async () => {
    await writeFile(join(directory, 'osferry.yaml'), 'collect:\n  concurency: 5\n')
    await expect(resolveWith()).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringMatching(
        /osferry\.yaml:2:3: collect\.concurency: .*did you mean "concurrency"\?/,
      ) as string,
    })
  })

  it('speaks Chinese about a bad file when asked to', async () => {
    await writeFile(join(directory, 'osferry.yaml'), 'collect: { concurrency: many }\n')
    await expect(resolveWith({ language: 'zh-CN' })).rejects.toThrow(
      /osferry\.yaml:1:\d+: collect\.concurrency/,
    )
  })

  it.each([
    ['not YAML', 'a: [\n', /osferry\.yaml:\d+:\d+/],
    ['a bad value', 'output: xml\n', /osferry\.yaml:1:1: output/],
    ['a list instead of keys', '- a\n', /osferry\.yaml:1:1/],
  ])('refuses %s with its place', async (_, text, message) => {
    await writeFile(join(directory, 'osferry.yaml'), text)
    await expect(resolveWith()).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringMatching(message) as string,
    })
  })

  it('takes an empty file for no settings', async () => {
    await writeFile(join(directory, 'osferry.yaml'), '# nothing yet\n')
    expect((await resolveWith()).text('output')).toBe('table')
  })

  it('refuses a missing file that was named', async () => {
    await expect(resolveWith({ configFiles: ['no.yaml'] })).rejects.toMatchObject({
      code: 'CONFIG_NOT_FOUND',
    })
  })

  it('says which flag or variable is wrong and what it sets', async () => {
    await expect(resolveWith({ flag: [['collect.concurrency', '9999']] })).rejects.toMatchObject({
      code: 'USAGE',
      message: expect.stringContaining('--concurrency') as string,
    })
    await expect(resolveWith({ env: { OSFERRY_FAIL_ON: 'loud' } })).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining('OSFERRY_FAIL_ON') as string,
      hint: expect.stringContaining('block, high, medium, low, never') as string,
    })
  })

  it.each([
    ['collect.concurrency', 'abc', '--concurrency: abc is not valid: expected a whole number'],
    ['collect.concurrency', '0', '--concurrency: 0 is not valid: expected at least 1'],
    [
      'ssh.connectTimeoutMs',
      'soon',
      '--connect-timeout: soon is not valid: expected seconds, such as 5 or 2.5',
    ],
    ['ssh.connectTimeoutMs', '9999', '--connect-timeout: 9999 is not valid: expected at most 600'],
    ['assess.targets', 'foo', '--target: foo is not valid'],
  ] as const)('says plainly what %s expects when it is %s', async (...[key, value, message]) => {
    await expect(resolveWith({ flag: [[key, value]] })).rejects.toMatchObject({ message })
  })

  it('reads seconds as milliseconds where the key is in milliseconds', async () => {
    const settings = await resolveWith({ flag: [['ssh.connectTimeoutMs', '2.5']] })
    expect(settings.number('ssh.connectTimeoutMs')).toBe(2500)
  })

  it('can be told one setting by the program itself', async () => {
    const settings = withSetting(await resolveWith(), 'inventory', '/x.yaml')
    expect(settings.required('inventory')).toBe('/x.yaml')
    expect(settings.all.get('inventory')?.origin).toEqual({ from: 'flag', name: '--inventory' })
  })
})
