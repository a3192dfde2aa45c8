#!/usr/bin/env node
import * as nodeModule from 'node:module'
import { oldNodeMessage } from './node-version.ts'

/**
 * The entry point. Node.js too old is told so: a named import that it lacks would end in a
 * SyntaxError. Compiled code is cached in the user's own cache directory, never in a shared one; plain --help and
 * --version are answered before anything else is loaded, unless a narrow terminal needs other line breaks.
 */
const argv = process.argv.slice(2)
const tooOld = oldNodeMessage(process.versions.node)
if (tooOld === undefined) await start()
else {
  process.stderr.write(tooOld)
  process.exitCode = 69
}

async function start(): Promise<void> {
  const cache = process.env['XDG_CACHE_HOME'] || (process.env['HOME'] ? `${process.env['HOME']}/.cache` : '')
  if (cache !== '') nodeModule.enableCompileCache(`${cache}/osferry/compile`)

  const only = argv.length === 1 ? argv[0] : undefined
  if (only === '--version' || only === '-V') {
    const { ownVersion } = await import('./version.ts')
    answer(`${ownVersion()}\n`)
  } else if ((only === '--help' || only === '-h') && (process.stdout.columns ?? 100) >= 100) {
    const { helpTexts } = await import('./help-text.ts')
    const { earlyLanguage } = await import('./early-language.ts')
    answer(helpTexts[earlyLanguage({ env: process.env, cwd: process.cwd() })])
  } else {
    const { main } = await import('./main.ts')
    await main(argv)
  }
}

function answer(text: string): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') process.exitCode = 69
  })
  process.stdout.write(text)
}
