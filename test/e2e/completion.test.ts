import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runCli, sourceBin } from './run-cli.ts'

const directory = mkdtempSync(join(tmpdir(), 'osferry-completion-'))
afterAll(() => rmSync(directory, { recursive: true }))

/** What the real bash offers after these words; the last one is being typed. */
function offered(...words: string[]): string[] {
  const program = `
source <("$1" "$2" completion bash) || exit 1
shift 2
COMP_WORDS=(osferry "$@")
COMP_CWORD=$#
complete -p osferry >/dev/null || exit 1
_osferry
printf '%s\\n' "\${COMPREPLY[@]}"`
  const { status, stdout, stderr } = spawnSync(
    'bash',
    ['--norc', '-c', program, 'bash', process.execPath, sourceBin, ...words],
    { encoding: 'utf8', cwd: directory, env: { PATH: process.env['PATH'] ?? '', HOME: directory } },
  )
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  return stdout.split('\n').filter((word) => word !== '')
}

describe('completion in bash', () => {
  it.each([
    { words: ['co'], offers: ['collect', 'config', 'completion'] },
    { words: ['inventory', ''], offers: ['import', 'list', 'show', 'script'] },
    { words: ['inventory', 'im'], offers: ['import'] },
    { words: ['inventory', 'import', '--fr'], offers: ['--from'] },
    { words: ['--lang', 'en', 'checks', 'e'], offers: ['explain'] },
    { words: ['playbooks', 'show', 'assess'], offers: ['assess-only'] },
    { words: ['completion', ''], offers: ['bash', 'zsh', 'fish'] },
    { words: ['collect', '--only'], offers: ['--only-missing'] },
  ])('offers $offers after $words', ({ words, offers }) => {
    expect(offered(...words)).toEqual(expect.arrayContaining(offers))
  })

  it('offers nothing that was not begun', () => {
    expect(offered('inventory', 'zz')).toEqual([])
  })
})

const hasZsh = spawnSync('zsh', ['--version']).error === undefined

describe('completion scripts', () => {
  const scripts = new Map<string, string>()
  beforeAll(async () => {
    for (const shell of ['bash', 'zsh', 'fish']) {
      const { stdout } = await runCli(['completion', shell, '--lang', 'zh-CN'], { cwd: directory })
      const file = join(directory, `osferry.${shell}`)
      writeFileSync(file, stdout)
      scripts.set(shell, file)
    }
  })

  it('are read by the shells that are here', () => {
    expect([...scripts.values()].map((file) => statSync(file).size > 1000)).toEqual([true, true, true])
    for (const shell of ['bash', ...(hasZsh ? ['zsh'] : [])]) {
      const { status, stderr } = spawnSync(shell, ['-n', scripts.get(shell) ?? ''], { encoding: 'utf8' })
      expect({ shell, status, stderr }).toEqual({ shell, status: 0, stderr: '' })
    }
  })
})
