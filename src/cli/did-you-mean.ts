import type { Language } from '../model/text.ts'
import { speak } from './lang.ts'

/** `Did you mean NAME? ` in a person's language, for a hint to begin with; empty when nothing is near. */
export function didYouMean(near: string | undefined, language: Language): string {
  return near === undefined
    ? ''
    : speak({ en: `Did you mean ${near}? `, zh: `您是指 ${near} 吗？` }, language)
}
