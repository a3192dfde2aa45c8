import { nearest } from '../model/nearest.ts'
import type { Environment } from './lang.ts'
import { settingKeys, settingRow } from './settings.ts'

const prefix = 'OSFERRY_'
/** Variables that are no settings. */
const others = ['OSFERRY_CONFIG', 'OSFERRY_NON_INTERACTIVE', 'OSFERRY_ASKPASS']

export interface UnknownVariable {
  name: string
  /** The variable that was most likely meant. */
  meant: string
}

/**
 * Variables that look like a misspelt one of ours. Names that are like none are left alone: references such as
 * `env:OSFERRY_LAB_LOGIN` may use any name.
 */
export function unknownVariables(env: Environment): UnknownVariable[] {
  const known = [...settingKeys.map((key) => settingRow(key).env), ...others]
  const words = known.map((name) => name.slice(prefix.length))
  return Object.keys(env)
    .filter((name) => name.startsWith(prefix) && !known.includes(name))
    .flatMap((name) => {
      const near = nearest(name.slice(prefix.length), words)
      return near === undefined ? [] : [{ name, meant: `${prefix}${near}` }]
    })
}
