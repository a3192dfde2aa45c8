import { createRequire } from 'node:module'

type Measure = (text: string) => number

const require = createRequire(import.meta.url)
let measure: Measure | undefined

/**
 * Columns that a text takes in a terminal. string-width compiles its emoji tables when it is loaded, which takes longer
 * than most commands: it is loaded for the first text that is not plain ASCII.
 */
export function displayWidth(text: string): number {
  if (/^[\x20-\x7e]*$/.test(text)) return text.length
  measure ??= (require('string-width') as { default: Measure }).default
  return measure(text)
}
