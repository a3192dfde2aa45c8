import { readFileSync, statSync } from 'node:fs'
import { delimiter, join, resolve } from 'node:path'
import type { Language } from '../model/text.ts'
import { languageOf, type Environment } from './lang.ts'

const maxBytes = 1024 * 1024

export interface EarlyLanguageOptions {
  /** What `--lang` says. */
  flag?: string | undefined
  /** What every `--config` says, in order. */
  config?: readonly string[]
  env: Environment
  cwd: string
}

/**
 * The language before any setting is resolved, for help and for errors of the command line: flag, variable, `lang:` of
 * the configuration file, locale. The file is looked through for that one line; it is read in full, and refused when it
 * is wrong, only by what needs settings.
 */
export function earlyLanguage({ flag, config = [], env, cwd }: EarlyLanguageOptions): Language {
  const asked = flag ?? (env['OSFERRY_LANG'] || undefined)
  return languageOf(asked ?? configured({ config, env, cwd }), env)
}

function configured({ config, env, cwd }: Required<Omit<EarlyLanguageOptions, 'flag'>>): string | undefined {
  const base = env['XDG_CONFIG_HOME'] || (env['HOME'] ? join(env['HOME'], '.config') : '')
  const byVariable = (env['OSFERRY_CONFIG'] ?? '').split(delimiter).filter((path) => path !== '')
  const named = config.length > 0 ? config : byVariable
  const own = named.length > 0 ? named.toReversed() : ['osferry.yaml']
  for (const path of [...own.map((file) => resolve(cwd, file)), join(base, 'osferry', 'config.yaml')]) {
    const found = /^lang:[ \t]*["']?(en|zh-CN|auto)["']?[ \t]*(#.*)?$/m.exec(textOf(path))?.[1]
    if (found !== undefined) return found
  }
  return undefined
}

/** Only of small regular files: what a pipe holds can be read but once. */
function textOf(path: string): string {
  try {
    const found = statSync(path)
    return found.isFile() && found.size <= maxBytes ? readFileSync(path, 'utf8') : ''
  } catch {
    return ''
  }
}
