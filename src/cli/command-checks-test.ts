import { assessHost } from '../assess/assess-host.ts'
import { createWaiverBook } from '../assess/waive.ts'
import { builtinKernelProfile } from '../kernel/profiles.ts'
import type { AnyCheck } from '../model/check.ts'
import { targets } from '../model/target.ts'
import { defineCommand } from './define-command.ts'
import type { CommandExit } from './define-command.ts'
import { loadChecks } from './load-checks.ts'
import { printList } from './output.ts'
import type { Column } from './output.ts'
import { recordedFacts } from './recorded-hosts.ts'
import { CheckShape } from './team-checks.ts'

interface Outcome {
  check: string
  pass: number
  fail: number
  unknown: number
  notApplicable: number
  error: number
  problem: string
}

const columns: readonly Column<Outcome>[] = [
  { key: 'check', title: { en: 'CHECK', zh: '检查项' }, value: ({ check }) => check },
  { key: 'pass', title: { en: 'PASS', zh: '通过' }, value: ({ pass }) => String(pass), number: true },
  { key: 'fail', title: { en: 'FAIL', zh: '未通过' }, value: ({ fail }) => String(fail), number: true },
  {
    key: 'unknown',
    title: { en: 'UNKNOWN', zh: '未知' },
    value: ({ unknown }) => String(unknown),
    number: true,
  },
  {
    key: 'notApplicable',
    title: { en: 'N/A', zh: '不适用' },
    value: (o) => String(o.notApplicable),
    number: true,
  },
  { key: 'error', title: { en: 'CRASHED', zh: '出错' }, value: ({ error }) => String(error), number: true },
  { key: 'problem', title: { en: 'PROBLEM', zh: '问题' }, value: ({ problem }) => problem },
]

/** `osferry checks test`: validates every check and runs it on the recorded hosts; a crash or a bad shape is exit 65. */
export const checksTest = defineCommand({
  path: 'checks test',
  settings: ['assess.checks'],
  examples: ['osferry checks test --checks ./our-checks'],
  async run(context) {
    const { checks } = await loadChecks(context.settings.text('assess.checks'))
    const outcomes = new Map(checks.map((check) => [check.id, emptyOutcome(check)]))
    const now = context.clock.now()
    const waivers = createWaiverBook({ waivers: [], checkIds: new Set(outcomes.keys()), now })
    for (const facts of recordedFacts({ now, version: context.version })) {
      const options = {
        targets,
        checks,
        kernelProfile: builtinKernelProfile,
        anck: '5.10',
        waivers,
        now,
      } as const
      for (const judged of assessHost(facts, options).targets) {
        for (const key of judged.passed) bump(outcomes, key, 'pass')
        for (const { key } of judged.notApplicable) bump(outcomes, key, 'notApplicable')
        for (const { key, status, here } of judged.findings) {
          bump(outcomes, key, status === 'waived' ? 'fail' : status)
          const outcome = outcomes.get(key)
          if (status === 'error' && outcome !== undefined)
            outcome.problem = `${facts.host.name}: ${context.say(here)}`
        }
      }
    }
    const items = [...outcomes.values()]
    const exit = exitOf(items)
    await printList(context, { columns, items, name: ({ check }) => check, exit })
    return exit
  },
})

function emptyOutcome(check: AnyCheck): Outcome {
  const shape = CheckShape.safeParse(check, { jitless: true })
  const issue = shape.error?.issues[0]
  const problem = issue === undefined ? '' : `${issue.path.map(String).join('.')}: ${issue.message}`
  return { check: check.id, pass: 0, fail: 0, unknown: 0, notApplicable: 0, error: 0, problem }
}

function bump(
  outcomes: ReadonlyMap<string, Outcome>,
  check: string,
  field: 'pass' | 'fail' | 'unknown' | 'notApplicable' | 'error',
): void {
  const outcome = outcomes.get(check)
  if (outcome !== undefined) outcome[field] += 1
}

function exitOf(items: readonly Outcome[]): CommandExit {
  const bad = items.filter(({ problem, error }) => problem !== '' || error > 0)
  if (bad.length === 0) return { code: 0, reason: `${items.length} checks are well`, next: [] }
  return { code: 65, reason: `${bad.length} checks are not well: ${bad[0]?.check ?? ''}`, next: [] }
}
