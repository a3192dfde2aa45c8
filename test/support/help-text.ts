import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { buildProgram } from '../../src/cli/program.ts'
import { languages } from '../../src/model/text.ts'

/** The module that holds the top-level help, made from the command tree: `node test/support/help-text.ts` rewrites it. */
function helpTextModule(): string {
  const rows = languages.map((language) => {
    const lines = rootHelp(language).split('\n')
    return `  ${language === 'en' ? 'en' : "'zh-CN'"}: [\n${lines.map((line) => `    ${literal(line)},`).join('\n')}\n  ].join('\\n'),`
  })
  return [
    "import type { Language } from '../model/text.ts'",
    '',
    '/** What a plain `--help` prints, kept as text so that nothing has to be loaded. Made by test/support/help-text.ts. */',
    `export const helpTexts: Readonly<Record<Language, string>> = {\n${rows.join('\n')}\n}\n`,
  ].join('\n')
}

/** The top-level help as commander prints it. */
export function rootHelp(language: 'en' | 'zh-CN'): string {
  let printed = ''
  const program = buildProgram({
    language,
    version: '0.0.0',
    loaded: new Map(),
    write: (text) => {
      printed += text
    },
    onRun: () => Promise.resolve(),
  })
  program.outputHelp()
  return printed
}

function literal(line: string): string {
  return line.includes("'") ? JSON.stringify(line) : `'${line}'`
}

const path = fileURLToPath(new URL('../../src/cli/help-text.ts', import.meta.url))
if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(path, helpTextModule())
