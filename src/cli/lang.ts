import type { Language, Text } from '../model/text.ts'

/** Environment variables as a process has them. */
export type Environment = Readonly<Record<string, string | undefined>>

/**
 * The language to speak: what was asked for, or with `auto` (or nothing) what the locale variables say, in the
 * order of gettext. Anything that is not Chinese is English.
 */
export function languageOf(choice: string | undefined, env: Environment): Language {
  if (choice === 'en' || choice === 'zh-CN') return choice
  const asked = choice !== undefined && choice !== 'auto' ? choice : localeOf(env)
  return /^zh([_.@-]|$)/i.test(asked) ? 'zh-CN' : 'en'
}

/** The one language of a text that a reader asked for; does not load zod, unlike the model's own. */
export function speak(text: Text, language: Language): string {
  return language === 'zh-CN' ? text.zh : text.en
}

function localeOf(env: Environment): string {
  const locale = env['LC_ALL'] || env['LC_MESSAGES'] || env['LANG'] || ''
  if (locale === 'C' || locale === 'POSIX') return locale
  return (env['LANGUAGE'] ?? '').split(':').find((part) => part !== '') ?? locale
}
