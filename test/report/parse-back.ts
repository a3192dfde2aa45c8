import type { FindingStatus } from '../../src/model/assessment.ts'
import type { Report } from '../../src/model/report.ts'
import type { Verdict } from '../../src/model/target.ts'

/** What every format must agree on. Keys are `line/verdict`, `line/status`. */
export interface Tally {
  hosts: number
  verdicts: Record<string, number>
  findings: Record<string, number>
}

const shorts: Readonly<Record<string, string>> = {
  'RHCK 4.18': 'rhck-4.18',
  'ANCK 4.19': 'anck-4.19',
  'ANCK 5.10': 'anck-5.10',
  ContainerOS: 'containeros',
}
const verdicts = ['READY', 'READY_WITH_ACTIONS', 'BLOCKED', 'UNKNOWN'] as const satisfies readonly Verdict[]
const statuses = ['fail', 'unknown', 'error', 'waived'] as const satisfies readonly FindingStatus[]

/** The tally of the report's own hosts, counted one by one and not taken from its sums. */
export function tallyOfHosts(report: Report): Tally {
  const tally: Tally = { hosts: report.hosts.length, verdicts: {}, findings: {} }
  for (const host of report.hosts) {
    for (const { kernelLine, verdict } of host.judgements) add(tally.verdicts, `${kernelLine}/${verdict}`)
    for (const { lines, status } of host.findings) {
      for (const line of lines) add(tally.findings, `${line}/${status}`)
    }
  }
  return tally
}

/** The tally that a CSV's records give. */
export function tallyOfCsv(text: string): Tally {
  const [header = [], ...rows] = parseCsv(text.replace(/^\uFEFF/, ''))
  const tally: Tally = { hosts: 0, verdicts: {}, findings: {} }
  const hosts = new Set<string>()
  for (const row of rows) {
    if (row.length !== header.length) throw new Error(`${row.length} cells, not ${header.length}`)
    const cell = (name: string): string => row[header.indexOf(name)] ?? ''
    hosts.add(cell('host'))
    if (cell('record') === 'verdict') add(tally.verdicts, `${cell('kernel_line')}/${cell('verdict')}`)
    if (cell('record') === 'finding') add(tally.findings, `${cell('kernel_line')}/${cell('status')}`)
  }
  return { ...tally, hosts: hosts.size }
}

/** RFC 4180, strictly: throws on a stray quote. */
export function parseCsv(text: string): string[][] {
  const rows: string[][] = []
  const pattern = /("(?:[^"]|"")*"|[^",\r\n]*)(,|\r\n)/y
  let row: string[] = []
  while (pattern.lastIndex < text.length) {
    const at = pattern.lastIndex
    const match = pattern.exec(text)
    if (match === null) throw new Error(`not RFC 4180 at ${at}: ${JSON.stringify(text.slice(at, at + 40))}`)
    const [, raw = '', end] = match
    row.push(raw.startsWith('"') ? raw.slice(1, -1).replaceAll('""', '"') : raw)
    if (end === ',') continue
    rows.push(row)
    row = []
  }
  return rows
}

/** The tally of the tables in a Markdown report: the five numbers and the target matrix. */
export function tallyOfMarkdown(text: string): Tally {
  const [numbers, matrix] = text.split('\n## ').slice(0, 2).map(tableRows)
  const tally: Tally = { hosts: Number(numbers?.[1]?.[0]), verdicts: {}, findings: {} }
  for (const [, name = '', ...cells] of (matrix ?? []).slice(1)) {
    const line = shorts[name.replaceAll('**', '').replace(/ \(.*\)$/, '')] ?? name
    for (const [index, verdict] of verdicts.entries())
      add(tally.verdicts, `${line}/${verdict}`, Number(cells[index]))
    for (const [index, status] of statuses.entries())
      add(tally.findings, `${line}/${status}`, Number(cells[index + 5]))
  }
  return tally
}

/** The tally of the numbers and tables that an HTML report shows. */
export function tallyOfHtml(html: string): Tally {
  const hosts = Number(/<dd>(\d+)<\/dd>/.exec(html)?.[1])
  const tally: Tally = { hosts, verdicts: {}, findings: {} }
  for (const [, name = '', row = ''] of html.matchAll(/<tr data-line="([^"]*)"[^>]*>(.*?)<\/tr>/gs)) {
    const counts = [...row.matchAll(/<td [^>]*class="n v-[^"]*">(\d+)<\/td>/g)].map(([, count]) =>
      Number(count),
    )
    for (const [index, verdict] of verdicts.entries())
      add(tally.verdicts, `${shorts[name]}/${verdict}`, counts[index])
  }
  for (const [, name = '', row = ''] of html.matchAll(/<tr data-results="([^"]*)"[^>]*>(.*?)<\/tr>/gs)) {
    const counts = [...row.matchAll(/<td class="n">(\d+)<\/td>/g)].map(([, count]) => Number(count))
    for (const [index, status] of statuses.entries()) {
      add(tally.findings, `${shorts[name]}/${status}`, counts[index + 1])
    }
  }
  return tally
}

export interface JunitTally {
  tests: number
  failure: number
  error: number
  skipped: number
}

/** JUnit read back: the elements counted by outcome, and the sums that the suites state. */
export function tallyOfJunit(xml: string): { counted: JunitTally; stated: JunitTally } {
  const count = (pattern: RegExp): number => [...xml.matchAll(pattern)].length
  const sum = (name: string): number =>
    [...xml.matchAll(new RegExp(`<testsuite [^>]*\\b${name}="(\\d+)"`, 'g'))].reduce(
      (all, [, n]) => all + Number(n),
      0,
    )
  return {
    counted: {
      tests: count(/<testcase /g),
      failure: count(/<failure /g),
      error: count(/<error /g),
      skipped: count(/<skipped /g),
    },
    stated: { tests: sum('tests'), failure: sum('failures'), error: sum('errors'), skipped: sum('skipped') },
  }
}

function tableRows(section: string): string[][] {
  return section
    .split('\n')
    .filter((line) => line.startsWith('| ') && !line.startsWith('| ---'))
    .map((line) => line.slice(2, -2).split(' | '))
}

function add(counts: Record<string, number>, key: string, by = 1): void {
  if (by > 0) counts[key] = (counts[key] ?? 0) + by
}
