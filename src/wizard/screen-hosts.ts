import { hostsInEnglish, inLanguage, type Language, type Text } from '../model/text.ts'
import { visibleLine } from '../model/visible-text.ts'
import type { CommandFor, HostResult, WizardActions } from './actions.ts'
import { errorLines } from './screen-error.ts'
import type { Screen, ScreenRow } from './screen.ts'
import { pad, padStart } from './width.ts'

/** Hosts that failed in the same way. */
export interface FailureGroup {
  code: string
  message: string
  hint: string | undefined
  hosts: readonly string[]
}

export interface ResultsOptions {
  stage: 'access' | 'collect'
  language: Language
  /** The command that does what was done, and the one that goes on from here. */
  command: string
  next: string
  errorWords: WizardActions['errorWords']
}

/** What became of many hosts: counts, and one row for each kind of failure. */
export function resultsScreen(
  results: readonly HostResult[],
  { stage, language, command, next: nextCommand, errorWords }: ResultsOptions,
): Screen {
  const say = (text: Text): string => inLanguage(text, language)
  const groups = failureGroups(results)
  const good = results.filter(({ status }) => status !== 'failed')
  const partial = results.filter(({ status }) => status === 'partial').length
  const weak = good.filter(({ privilege }) => privilege === 'user').length
  const failed = results.length - good.length
  const body = [
    stage === 'access'
      ? say({
          en: `✔ ${good.length} of ${hostsInEnglish(results.length)} can be reached`,
          zh: `✔ ${results.length} 台主机中 ${good.length} 台可以连接`,
        })
      : say({
          en: `✔ ${good.length} of ${hostsInEnglish(results.length)} answered`,
          zh: `✔ ${results.length} 台主机中 ${good.length} 台已采集`,
        }),
  ]
  if (partial > 0)
    body.push(say({ en: `◐ ${partial} of them in part`, zh: `◐ 其中 ${partial} 台仅部分采集` }))
  if (weak > 0)
    body.push(
      say({
        en: `! ${weak} without root rights: some facts will be missing (ssh.become: sudo in the inventory)`,
        zh: `! ${weak} 台没有 root 权限：部分信息将缺失（在清单中设置 ssh.become: sudo）`,
      }),
    )
  if (failed > 0) body.push(say({ en: `✖ ${failed} failed:`, zh: `✖ ${failed} 台失败：` }))
  const next: Text =
    stage === 'access'
      ? {
          en: `Go on to collect facts from ${hostsInEnglish(good.length)}`,
          zh: `继续：采集 ${good.length} 台主机的信息`,
        }
      : { en: 'Go on to the assessment', zh: '继续：评估' }
  const failures = groups.map((group, index) => ({
    id: String(index),
    text: describe(group, language, errorWords),
  }))
  const canGoOn = good.length > 0 || stage === 'collect'
  return {
    stage,
    body: [...body, ''],
    rows: [...failures, ...(canGoOn ? [{ id: 'next', text: say(next), command: nextCommand }] : [])],
    keys: failed > 0 ? [{ key: 'r', label: { en: 'retry failed', zh: '重试失败的' } }] : [],
    command,
  }
}

/** One kind of failure: the message, what to do, and all hosts. */
export function failureScreen(group: FailureGroup, options: ResultsOptions): Screen {
  const { stage, language, command, errorWords } = options
  const say = (text: Text): string => inLanguage(text, language)
  return {
    stage,
    body: [
      ...errorLines({ ...group, words: errorWords(group.code) }, language),
      '',
      say({ en: `${hostsInEnglish(group.hosts.length)}:`, zh: `${group.hosts.length} 台主机：` }),
      group.hosts.map((name) => visibleLine(name)).join('  '),
    ],
    rows: [],
    keys: [
      { key: 'r', label: { en: 'retry these', zh: '重试这些' } },
      { key: 'x', label: { en: 'leave these out', zh: '排除这些' } },
    ],
    command,
  }
}

/** Offers to collect; hosts that have facts already need not be asked again. */
export function collectScreen(
  { hosts, missing }: { hosts: number; missing: number },
  language: Language,
  command: CommandFor,
): Screen {
  const say = (text: Text): string => inLanguage(text, language)
  const rows: ScreenRow[] = [
    {
      id: 'all',
      text: say({ en: `Collect facts from ${hostsInEnglish(hosts)}`, zh: `采集 ${hosts} 台主机的信息` }),
    },
  ]
  if (missing > 0 && missing < hosts)
    rows.unshift({
      id: 'missing',
      text: say({
        en: `Collect from the ${hostsInEnglish(missing)} without facts`,
        zh: `只采集缺少信息的 ${missing} 台主机`,
      }),
      command: command({ do: 'collect', onlyMissing: true }),
    })
  if (missing < hosts)
    rows.push({
      id: 'skip',
      text: say({ en: 'Go on with the facts that are there', zh: '使用已有信息继续' }),
      command: command({ do: 'assess' }),
    })
  const have = hosts - missing
  return {
    stage: 'collect',
    body: [
      say({
        en: 'One script is sent to each host over its connection. It only reads, writes no file there, and takes no secrets.',
        zh: '每台主机通过其连接运行一个脚本：只读取，不在主机上写文件，不采集任何密钥。',
      }),
      ...(have > 0
        ? [
            say({
              en: `${hostsInEnglish(have)} ${have === 1 ? 'has' : 'have'} complete facts already.`,
              zh: `${have} 台主机已有完整信息。`,
            }),
          ]
        : []),
      '',
    ],
    rows,
    keys: [],
    command: command({ do: 'collect' }),
  }
}

/** Failures by code and message, the most frequent first. */
export function failureGroups(results: readonly HostResult[]): FailureGroup[] {
  const groups = new Map<
    string,
    { code: string; message: string; hint: string | undefined; hosts: string[] }
  >()
  for (const { host, status, failure } of results) {
    if (status !== 'failed') continue
    const code = failure?.code ?? 'HOST_LOST'
    const known = groups.get(code)
    if (known) known.hosts.push(host)
    else groups.set(code, { code, message: failure?.message ?? '', hint: failure?.hint, hosts: [host] })
  }
  return [...groups.values()].sort((a, b) => b.hosts.length - a.hosts.length || (a.code < b.code ? -1 : 1))
}

function describe(
  { code, hosts }: FailureGroup,
  language: Language,
  errorWords: ResultsOptions['errorWords'],
): string {
  const title = language === 'en' ? undefined : errorWords(code)?.title.zh
  const kind = title === undefined ? pad(code, 22) : pad(`${title} ${code}`, 34)
  const count = inLanguage({ en: hostsInEnglish(hosts.length), zh: `${hosts.length} 台` }, language)
  const names = hosts
    .slice(0, 4)
    .map((name) => visibleLine(name))
    .join(' ')
  return `✖ ${kind} ${padStart(count, 9)}  ${names}${hosts.length > 4 ? ' …' : ''}`
}
