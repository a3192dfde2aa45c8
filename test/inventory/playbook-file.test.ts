import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readPlaybook } from '../../src/inventory/playbook-file.ts'
import { PlaybookDocument } from '../../src/model/playbook-document.ts'
import { builtInPlaybooks } from '../../src/model/playbook-names.ts'
import { tempDirectory } from './temp.ts'

const whole = `schema: playbook/v1
name: ours
title: { en: ours, zh: 我们的 }
target: containeros
phases:
  migrate:
    - uses: cluster.snapshot
    - uses: cluster.cordon
    - uses: cluster.drain
      with: { naked: recreate }
      timeout: 30m
    - uses: data.park
  replace:
    - uses: host.provision
      pointOfNoReturn: true
  restore:
    - uses: data.restore
    - uses: cluster.uncordon
`

async function read(text: string, language: 'en' | 'zh-CN' = 'en') {
  const cwd = await tempDirectory({ 'ours.yaml': text })
  return await readPlaybook('ours.yaml', { cwd, language })
}

describe('built-in playbooks', () => {
  it('are the files of the folder', () => {
    const files = readdirSync(new URL('../../playbooks/', import.meta.url))
    expect(files.sort()).toEqual(builtInPlaybooks.map((name) => `${name}.yaml`).sort())
  })

  it.each(builtInPlaybooks)(
    '%s is valid, carries its own name, and fits the published schema',
    async (name) => {
      const { playbook, builtIn, sha256 } = await readPlaybook(name, { cwd: '/nowhere' })
      expect({ name: playbook.name, builtIn }).toEqual({ name, builtIn: true })
      expect(playbook.title.zh).toMatch(/\p{Script=Han}/u)
      expect(sha256).toMatch(/^[0-9a-f]{64}$/)
      expect(PlaybookDocument.safeParse(playbook).error).toBeUndefined()
    },
  )
})

describe('readPlaybook', () => {
  it('reads one of your own, with a digest that comments and layout do not change', async () => {
    const { playbook, builtIn, sha256 } = await read(whole)
    expect(builtIn).toBe(false)
    expect(playbook.phases.migrate[2]).toEqual({
      uses: 'cluster.drain',
      with: { naked: 'recreate' },
      timeout: '30m',
    })
    const again = await read(`# words\n${whole.replace('{ naked: recreate }', '\n        naked: recreate')}`)
    expect(again.sha256).toBe(sha256)
    expect((await read(JSON.stringify(playbook))).sha256).toBe(sha256)
    expect((await read(whole.replace('30m', '31m'))).sha256).not.toBe(sha256)
  })

  it.each([
    [
      ['- uses: cluster.cordon', '- uses: cluster.cordn'],
      /ours\.yaml:8:7: phases\.migrate\[1\]\.uses: .*cluster\.cordon.*did you mean "cluster\.cordon"/,
    ],
    [['target: containeros', 'target: windows'], /:4:1: target: .*anolis-rhck/],
    [
      ['timeout: 30m', 'timeout: 30 minutes'],
      /:11:7: phases\.migrate\[2\]\.timeout: a length of time is written/,
    ],
    [
      ['timeout: 30m', 'timeout: 0s'],
      /:11:7: phases\.migrate\[2\]\.timeout: a length of time is more than nothing/,
    ],
    [['timeout: 30m', 'timeout: 200h'], /at most a week/],
    [
      ['timeout: 30m', 'retries: 3'],
      /:11:7: phases\.migrate\[2\]\.retries: .*allowed: uses, with, pointOfNoReturn, timeout/,
    ],
    [
      ['naked: recreate', 'naked: keep'],
      /:10:15: phases\.migrate\[2\]\.with\.naked: .*"refuse"\|"recreate"\|"force"/,
    ],
    [
      ['naked: recreate', 'nakd: recreate'],
      /:10:15: phases\.migrate\[2\]\.with\.nakd: .*did you mean "naked".*allowed: deleteEmptyDirData/,
    ],
    [
      ['pointOfNoReturn: true', 'timeout: 1h'],
      /:13:3: phases\.replace: a step must have pointOfNoReturn: true/,
    ],
    [['pointOfNoReturn: true', 'pointOfNoReturn: false'], /:15:7: phases\.replace\[0\]\.pointOfNoReturn/],
    [
      ['timeout: 30m', 'pointOfNoReturn: true'],
      /:11:7: .*cluster\.drain cannot be the point of no return[^]*:15:7: .*a playbook has one point of no return/,
    ],
    [
      ['    - uses: data.restore\n', ''],
      /:12:7: phases\.migrate\[3\]\.uses: data\.park means nothing without data\.restore/,
    ],
    [
      [
        '    - uses: data.restore\n    - uses: cluster.uncordon\n',
        '    - uses: cluster.uncordon\n    - uses: data.restore\n',
      ],
      /:17:7: .*cluster\.uncordon must come after data\.restore/,
    ],
    [
      ['- uses: cluster.uncordon', '- uses: cluster.drain'],
      /:18:7: .*cluster\.drain stands under migrate, not under restore[^]*cluster\.drain stands twice/,
    ],
    [
      ['target: containeros', 'target: null'],
      /:8:7: .*cluster\.cordon changes something, and target is null/,
    ],
    [['schema: playbook/v1', 'schema: plan/v1'], /:1:1: schema: .*playbook\/v1/],
    [['name: ours', 'name: Ours'], /:2:1: name: a name is made of/],
    [['zh: 我们的', 'zh: x, de: y'], /:3:\d+: title\.de: .*allowed: en, zh/],
    [['  replace:', '  replce:'], /phases\.replace: is missing[^]*phases\.replce: .*did you mean "replace"/],
  ] as const)('refuses %j with its place and what is allowed', async ([from, to], message) => {
    expect(whole).toContain(from)
    await expect(read(whole.replace(from, to))).rejects.toThrow(
      expect.objectContaining({ code: 'PLAYBOOK_INVALID', message: expect.stringMatching(message) }),
    )
  })

  it('says it in Chinese', async () => {
    await expect(read(whole.replace('    - uses: data.restore\n', ''), 'zh-CN')).rejects.toThrow(
      /缺少 data\.restore/,
    )
    await expect(read(whole.replace('naked: recreate', 'naked: keep'), 'zh-CN')).rejects.toThrow(/无效选项/)
  })

  it('names at most twenty places', async () => {
    const steps = '    - uses: cluster.drain\n      with: { x: 1 }\n'.repeat(30)
    const error = await read(whole.replace('  replace:\n', `${steps}  replace:\n`)).catch(
      (error: unknown) => error,
    )
    expect((error as Error).message.split('\n')).toHaveLength(21)
    expect((error as Error).message).toMatch(/\.\.\. \d+ more$/)
  })

  it.each([
    [
      'aliases that multiply',
      `a: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefgh'
        .split('')
        .map((name, index) => `${name}: &${name} [${`*${'abcdefgh'[index]},`.repeat(9)}]\n`)
        .join('')}`,
    ],
    ['a tag of its own', whole.replace('ours', '!!js/function "x"')],
    ['two documents', `${whole}---\n${whole}`],
    ['a key twice', `${whole}name: theirs\n`],
    ['no map', '- 1\n'],
    ['nothing', ''],
  ])('refuses %s', async (_, text) => {
    await expect(read(text)).rejects.toThrow(expect.objectContaining({ code: 'PLAYBOOK_INVALID' }))
  })

  it('says in a few words what is wrong with thousands of keys, and with lists in lists without end', async () => {
    const keys = Array.from({ length: 1000 }, (_, index) => `unknown-${index}: 1\n`).join('')
    const many = await read(`${whole}${keys}`).catch((error: unknown) => error)
    expect((many as Error).message.length).toBeLessThan(1000)
    await expect(read(`a: ${'['.repeat(50_000)}`)).rejects.toThrow(/ours\.yaml:1:\d+: is nested too deeply/)
  })

  it('takes nothing from a prototype', async () => {
    const { playbook } = await read(whole.replace('{ naked: recreate }', '{ __proto__: { naked: force } }'))
    expect(JSON.stringify(playbook.phases.migrate[2])).not.toContain('force')
    expect(Reflect.get({}, 'naked')).toBeUndefined()
  })

  it('refuses a file above 256 KiB, and a version that it does not know', async () => {
    await expect(read(`${whole}# ${'x'.repeat(256 * 1024)}\n`)).rejects.toThrow(
      expect.objectContaining({
        code: 'DOCUMENT_TOO_LARGE',
        message: expect.stringMatching(/larger than 256 KiB$/),
      }),
    )
    await expect(read(whole.replace('playbook/v1', 'playbook/v2'))).rejects.toThrow(
      expect.objectContaining({ code: 'DOCUMENT_NEWER' }),
    )
  })

  it('takes a word for a name, and what looks like a path for a path', async () => {
    const cwd = await tempDirectory({ 'assess-only': whole, 'dir/ours': whole })
    expect((await readPlaybook('assess-only', { cwd })).builtIn).toBe(true)
    expect((await readPlaybook('./assess-only', { cwd })).playbook.name).toBe('ours')
    expect((await readPlaybook('dir/ours', { cwd })).path).toBe(join(cwd, 'dir/ours'))
    await expect(readPlaybook('centos8-to-containros', { cwd })).rejects.toThrow(
      expect.objectContaining({
        code: 'PLAYBOOK_UNKNOWN',
        hint: expect.stringContaining('Did you mean centos8-to-containeros?'),
      }),
    )
    await expect(readPlaybook('gone.yaml', { cwd })).rejects.toThrow(
      expect.objectContaining({ code: 'DOCUMENT_NOT_FOUND' }),
    )
  })
})
