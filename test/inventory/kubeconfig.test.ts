import { assert as assertProperty, asyncProperty, json, oneof, string } from 'fast-check'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { readClusterLogin, type KubeconfigOptions } from '../../src/inventory/kubeconfig.ts'
import { isMigrationError, type MigrationError } from '../../src/model/errors.ts'

let home = ''
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'osferry-kubeconfig-'))
})
afterEach(() => rm(home, { recursive: true }))

const canary = 'CANARY-9f1c2d'

function config(name: string, user: Record<string, unknown> = { token: canary }): Record<string, unknown> {
  return {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': name,
    clusters: [
      { name, cluster: { server: `https://${name}.example:6443/`, 'certificate-authority': 'ca.pem' } },
    ],
    contexts: [{ name, context: { cluster: name, user: name } }],
    users: [{ name, user }],
  }
}

async function write(path: string, content: unknown): Promise<string> {
  const file = join(home, path)
  await mkdir(join(file, '..'), { recursive: true })
  await writeFile(file, typeof content === 'string' ? content : stringify(content))
  return file
}

function read(options: Partial<KubeconfigOptions> = {}): ReturnType<typeof readClusterLogin> {
  return readClusterLogin({ env: {}, home, cwd: home, ...options })
}

async function refusal(options: Partial<KubeconfigOptions> = {}): Promise<MigrationError> {
  const error: unknown = await read(options).then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!isMigrationError(error)) throw new Error('expected a MigrationError', { cause: error })
  return error
}

describe('readClusterLogin', () => {
  it('takes ~/.kube/config, its current context, and paths beside the file', async () => {
    await write(
      '.kube/config',
      config('blue', { 'client-certificate': 'me.crt', 'client-key': '/keys/me.key' }),
    )
    expect(await read()).toMatchObject({
      context: 'blue',
      server: 'https://blue.example:6443',
      ca: { file: join(home, '.kube/ca.pem') },
      insecure: false,
      user: {
        name: 'blue',
        certificate: { file: join(home, '.kube/me.crt') },
        key: { file: '/keys/me.key' },
        token: undefined,
      },
    })
  })

  it('merges the files of KUBECONFIG as kubectl does: what is said first stays', async () => {
    const first = await write('one', { ...config('blue'), 'current-context': '' })
    const second = await write('two', {
      ...config('green'),
      users: [
        { name: 'green', user: { tokenFile: 'green.token', token: 'older' } },
        { name: 'blue', user: { token: 'not this' } },
      ],
    })
    const env = { KUBECONFIG: `${first}:${join(home, 'absent')}:${second}` }
    expect(await read({ env })).toMatchObject({
      context: 'green',
      user: { tokenFile: join(home, 'green.token'), token: undefined },
    })
    expect(await read({ env, context: 'blue' })).toMatchObject({ context: 'blue', user: { token: canary } })
    expect(await read({ env, file: 'one', context: 'blue' })).toMatchObject({ context: 'blue' })
  })

  it('names the nearest context, and those there are', async () => {
    await write('.kube/config', config('production'))
    expect(await refusal({ context: 'prodution' })).toMatchObject({
      code: 'CLUSTER_CONFIG_INVALID',
      message: expect.stringContaining('no context prodution') as string,
      hint: 'did you mean production? choose one with --context: production',
    })
  })

  it('says which part is missing', async () => {
    await write('.kube/config', { ...config('blue'), users: [] })
    expect((await refusal()).message).toContain('the user blue')
    await write('.kube/config', { ...config('blue'), clusters: [] })
    expect((await refusal()).message).toContain('the cluster blue')
    await write('.kube/config', { ...config('blue'), 'current-context': null })
    expect((await refusal()).message).toContain('sets no current-context')
  })

  it('names file and line of what is wrong, and never shows what stands there', async () => {
    const file = await write('.kube/config', `users:\n- name: a\n  user: { token: ${canary}\n  x: [\n`)
    const syntax = await refusal()
    expect(syntax).toMatchObject({ code: 'CLUSTER_CONFIG_INVALID' })
    expect(syntax.message).toContain(`${file}:`)
    expect(JSON.stringify([syntax.message, syntax.hint, syntax.details])).not.toContain(canary)

    await write('.kube/config', { ...config('blue'), users: [{ name: 'blue', user: { token: [canary] } }] })
    const shape = await refusal()
    expect(shape.message).toMatch(/config:\d+:\d+: users\[0\]\.user\.token: /)
    expect(JSON.stringify([shape.message, shape.hint, shape.details])).not.toContain(canary)
  })

  it('says where a kubeconfig is looked for when there is none', async () => {
    expect(await refusal()).toMatchObject({ code: 'CLUSTER_CONFIG_NOT_FOUND' })
    expect(await refusal({ file: 'absent' })).toMatchObject({ code: 'CLUSTER_CONFIG_NOT_FOUND' })
    expect(await refusal({ env: { KUBECONFIG: '/absent/a:/absent/b' } })).toMatchObject({
      code: 'CLUSTER_CONFIG_NOT_FOUND',
      message: 'no file of KUBECONFIG exists: /absent/a, /absent/b',
    })
  })

  it('never throws anything but a MigrationError, whatever the file holds', async () => {
    const file = join(home, 'any')
    await assertProperty(
      asyncProperty(oneof(string(), json()), async (text) => {
        await writeFile(file, text)
        const error: unknown = await read({ file }).catch((reason: unknown) => reason)
        expect(isMigrationError(error)).toBe(true)
      }),
      { numRuns: 300 },
    )
  })
})
