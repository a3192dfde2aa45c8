import { collectors } from '../facts/index.ts'

/** The command or file that a person would look at for a fact. */
export function factCommand(fact: string): string {
  return collectors.find((collector) => collector.fact === fact)?.command ?? '-'
}
