import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { commandRows } from '../../src/cli/registry.ts'
import { runCli } from './run-cli.ts'

let cwd = ''
let hook = ''
beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'osferry-startup-'))
  hook = join(cwd, 'hook.mjs')
  await writeFile(
    hook,
    `import { registerHooks } from 'node:module'
const seen = []
registerHooks({ load(url, context, next) { seen.push(url); return next(url, context) } })
process.on('exit', () => process.stderr.write('LOADED ' + JSON.stringify(seen) + '\\n'))
`,
  )
})
afterAll(() => rm(cwd, { recursive: true }))

const heavy = [
  'commander',
  'zod',
  'yaml',
  'pino',
  'ssh2',
  'execa',
  'inquirer',
  'listr2',
  'string-width',
  'eta',
  'p-queue',
]

async function packagesOf(argv: readonly string[]): Promise<Set<string>> {
  const { stderr } = await runCli(argv, { cwd, nodeOptions: ['--import', hook] })
  const urls = JSON.parse(/^LOADED (.*)$/m.exec(stderr)?.[1] ?? '[]') as string[]
  expect(urls.length).toBeGreaterThan(0)
  return new Set(urls.flatMap((url) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1] ?? []))
}

describe('start-up', () => {
  it.each([['--version'], ['-V'], ['--help'], ['-h']])('%s loads no package at all', async (flag) => {
    expect([...(await packagesOf([flag]))]).toEqual([])
  })

  it.each(commandRows.map(({ path }) => [path]))(
    '%s --help loads neither prompts, client-node nor a browser',
    async (path) => {
      const packages = await packagesOf([...path.split(' '), '--help'])
      for (const name of [
        '@kubernetes/client-node',
        'inquirer',
        '@inquirer/core',
        'playwright-core',
        'listr2',
        'pino',
      ]) {
        expect(packages).not.toContain(name)
      }
    },
  )

  it.each([
    [
      ['config', 'view'],
      ['zod', 'commander', 'string-width'],
    ],
    [
      ['help', 'exit-codes'],
      ['zod', 'commander', 'string-width'],
    ],
    [
      ['inventory', 'list'],
      ['zod', 'commander', 'yaml', 'string-width'],
    ],
    [['assess'], ['zod', 'commander', 'yaml', 'string-width']],
  ])('%j loads only what it uses', async (argv, allowed) => {
    const packages = await packagesOf(argv)
    expect(heavy.filter((name) => packages.has(name) && !allowed.includes(name))).toEqual([])
  })
})
