import { z } from 'zod'

/** A sentence in both languages; a missing language is a compile error. */
export const Text = z.object({ en: z.string(), zh: z.string() })
export type Text = z.infer<typeof Text>

/** The languages the product speaks: BCP 47 tags as `--lang` takes them. */
export const languages = ['en', 'zh-CN'] as const
export type Language = (typeof languages)[number]

/** The one language of a text that a reader asked for. */
export function inLanguage(text: Text, language: Language): string {
  return language === 'zh-CN' ? text.zh : text.en
}

/** `1 node`, `2 nodes`: English counts them apart, Chinese does not. */
export function counted(count: number, one: string): string {
  return `${count} ${one}${count === 1 ? '' : 's'}`
}

/** `1 host`, `2 hosts`. */
export function hostsInEnglish(count: number): string {
  return counted(count, 'host')
}
