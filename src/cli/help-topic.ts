import { MigrationError } from '../model/errors.ts'
import { nearest } from '../model/nearest.ts'
import type { Language } from '../model/text.ts'
import { commandPath } from './command-path.ts'
import { didYouMean } from './did-you-mean.ts'
import { speak } from './lang.ts'
import { groupSummaries } from './command-groups.ts'
import { commandRows } from './registry.ts'

/** Refuses `help nonsense` and `nonsense --help`: USAGE with the nearest name. `byWord` = it was asked with `help`. */
export function refuseUnknownTopic(
  argv: readonly string[],
  { byWord, language }: { byWord: boolean; language: Language },
): void {
  const [first, second] = commandPath(argv)
  if (first === undefined) return
  const inGroup = first in groupSummaries
  if (inGroup && (second === undefined || isCommand(`${first} ${second}`))) return
  if (!inGroup && isCommand(first)) return
  const typed = inGroup && second !== undefined ? second : first
  const names = inGroup ? namesIn(first) : [...namesIn(undefined), ...(byWord ? namesIn('help') : [])]
  const asked = inGroup ? `${first} ${typed}` : typed
  const meant = didYouMean(nearest(typed, names), language)
  const all = inGroup ? `osferry ${first} --help` : 'osferry --help'
  const message = byWord
    ? { en: `no help on ${asked}`, zh: `没有关于 ${asked} 的帮助` }
    : { en: `unknown command ${asked}`, zh: `未知命令 ${asked}` }
  throw new MigrationError('USAGE', speak(message, language), {
    hint: `${meant}${speak({ en: `${all} lists what there is.`, zh: `运行 ${all} 查看可用内容。` }, language)}`,
  })
}

function isCommand(path: string): boolean {
  return commandRows.some((row) => row.path === path)
}

/** Commands of a group, or those without one and the groups. */
function namesIn(group: string | undefined): string[] {
  const words = commandRows.map(({ path }) => path.split(' '))
  if (group === undefined) return [...new Set(words.map(([first = '']) => first))]
  return words.filter(([first]) => first === group).map(([, second = '']) => second)
}
