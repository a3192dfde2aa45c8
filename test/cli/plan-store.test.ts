import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { resolveSettings } from '../../src/cli/config.ts'
import { openPlanStore } from '../../src/cli/plan-store.ts'

let directory: string

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'osferry-plan-store-'))
  onTestFinished(() => rm(directory, { recursive: true, force: true }))
})

const bucket = (name: string, prefix?: string): string => `
  ${name}:
    type: s3
    endpoint: https://s3.example.com
    bucket: parked-data
    ${prefix === undefined ? '' : `prefix: ${prefix}`}
    accessKeyId: env:ID
    secretAccessKey: env:SECRET`

async function nameOf(store: string, stores = ''): Promise<string> {
  const config = join(directory, 'osferry.yaml')
  await writeFile(config, stores === '' ? '' : `stores:${stores}\n`)
  const settings = await resolveSettings({
    flags: new Map([['state', join(directory, 'state')]]),
    configFiles: [config],
    env: {},
    cwd: '/',
    language: 'en',
  })
  return (await openPlanStore({ settings, env: {} }, store)).name
}

describe('the store that a plan names', () => {
  it('is a directory: absolute, or beside the state directory wherever the run is gone on with', async () => {
    expect(await nameOf('/var/lib/parked')).toBe('directory /var/lib/parked')
    expect(await nameOf('./parked-data')).toBe(`directory ${directory}/parked-data`)
  })

  it('is one of osferry.yaml, or the one of the state directory; a slip of the pen makes no directory', async () => {
    expect(await nameOf('nas', '\n  nas: { type: directory, path: there }')).toBe(
      `directory ${directory}/there`,
    )
    expect(await nameOf('parked')).toBe(`directory ${directory}/state/parked`)
    await expect(nameOf('nsa', '\n  nas: { type: directory, path: there }')).rejects.toMatchObject({
      code: 'USAGE',
      hint: expect.stringContaining('Did you mean nas?') as string,
    })
  })

  it('is a bucket whose endpoint and credentials stand in osferry.yaml, with the prefix of the plan', async () => {
    expect(await nameOf('s3://parked-data/fleet-1/', bucket('s3', 'other'))).toBe('s3://parked-data/fleet-1')
    expect(await nameOf('s3://parked-data', bucket('s3', 'other'))).toBe('s3://parked-data')
  })

  it.each([
    ['no store', bucket('s3').replace('parked-data', 'another-one')],
    ['2 stores', bucket('one') + bucket('two')],
  ])('is refused when osferry.yaml has %s with the bucket', async (what, stores) => {
    await expect(nameOf('s3://parked-data/x', stores)).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: `the plan keeps data in the bucket parked-data, and osferry.yaml has ${what} with it`,
    })
  })
})
