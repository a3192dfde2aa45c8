import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { commandRows } from '../../src/cli/registry.ts'
import { bin } from '../support/osferry.ts'
import { runCli } from './run-cli.ts'

const dist = fileURLToPath(new URL('../../dist', import.meta.url))
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
  '@aws-sdk/client-s3',
]

/** The packages that a run of the built command line loads: bundled into a chunk, or as files of their own. */
async function packagesOf(argv: readonly string[]): Promise<Set<string>> {
  const { stderr } = await runCli(argv, { cwd, bin, nodeOptions: ['--import', hook] })
  const urls = JSON.parse(/^LOADED (.*)$/m.exec(stderr)?.[1] ?? '[]') as string[]
  const files = urls.filter((url) => url.startsWith('file:')).map((url) => relative(dist, fileURLToPath(url)))
  expect(files).toContain('src/cli/bin.js')
  const bundled = JSON.parse(await readFile(join(dist, 'packages.json'), 'utf8')) as Record<string, string[]>
  return new Set(
    files.flatMap((file) => bundled[file] ?? /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1] ?? []),
  )
}

it('knows a bundled package when it sees one', async () => {
  expect(await packagesOf(['config', 'view'])).toContain('commander')
})

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
        '@aws-sdk/client-s3',
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
    [
      ['data', 'list'],
      ['zod', 'commander', 'string-width'],
    ],
    [['assess'], ['zod', 'commander', 'yaml', 'string-width']],
  ])('%j loads only what it uses', async (argv, allowed) => {
    const packages = await packagesOf(argv)
    expect(heavy.filter((name) => packages.has(name) && !allowed.includes(name))).toEqual([])
  })
})
