import type { Report } from '../model/report.ts'

/**
 * report/v1 as JSON, one host a line, in pieces: a large fleet is never one string. Characters that JSON allows but a
 * terminal would obey (C1 controls, bidirectional overrides) are written as \uXXXX; the values stay the same.
 */
export function* renderJson(report: Report): Generator<string> {
  const { hosts, ...rest } = report
  const head = toJson(rest)
  yield `${head.slice(0, -1)},"hosts":[`
  for (const [index, host] of hosts.entries()) yield `${index === 0 ? '' : ','}\n${toJson(host)}`
  yield '\n]}\n'
}

/** JSON without characters that a terminal would obey. */
export function toJson(value: unknown): string {
  return JSON.stringify(value).replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) =>
    Array.from({ length: character.length }, (_, index) => escapeUnit(character.charCodeAt(index))).join(''),
  )
}

function escapeUnit(unit: number): string {
  return `\\u${unit.toString(16).padStart(4, '0')}`
}
