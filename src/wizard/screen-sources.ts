import { counted, hostsInEnglish, inLanguage, type Language, type Text } from '../model/text.ts'
import { visibleLine } from '../model/visible-text.ts'
import type { CommandFor, Fleet, HostSource, WizardStage, WizardTask } from './actions.ts'
import type { Screen } from './screen.ts'
import type { WizardSession } from './session.ts'
import { pad } from './width.ts'

const kindNames: Readonly<Record<HostSource['kind'], Text>> = {
  inventory: { en: 'osferry inventory', zh: 'osferry 清单' },
  ansible: { en: 'Ansible inventory', zh: 'Ansible 清单' },
  'ssh-config': { en: 'ssh_config', zh: 'ssh_config' },
  csv: { en: 'CSV file', zh: 'CSV 文件' },
}

/** Asks whether to go on where the last session stopped. */
export function startScreen(session: WizardSession, language: Language, command: CommandFor): Screen {
  const say = (text: Text): string => inLanguage(text, language)
  const when = session.savedAt.replace('T', ' ').replace(/(\.\d+)?Z$/, ' UTC')
  return {
    stage: undefined,
    body: [
      say({ en: 'osferry moves hosts off CentOS 8.', zh: 'osferry：将主机迁离 CentOS 8。' }),
      say({
        en: `A session of ${when} was saved (hosts from ${session.source?.path ?? '-'}).`,
        zh: `发现已保存的会话：${when}（主机来自 ${session.source?.path ?? '-'}）。`,
      }),
      '',
    ],
    rows: [
      {
        id: 'resume',
        text: say({ en: 'Go on where it stopped', zh: '从上次停下的地方继续' }),
        command: command(taskOfStage(session)),
      },
      { id: 'new', text: say({ en: 'Start anew', zh: '重新开始' }) },
    ],
    keys: [],
    command: command({ do: 'load' }),
    isFirst: true,
  }
}

/** What the stage at which a session stopped does. */
function taskOfStage({ stage, source }: WizardSession): WizardTask {
  const tasks: Readonly<Record<WizardStage, WizardTask>> = {
    sources: { do: 'load', ...(source && { source }) },
    access: { do: 'test' },
    collect: { do: 'collect' },
    assess: { do: 'assess' },
    report: { do: 'report' },
    targets: { do: 'playbooks' },
    data: { do: 'plan' },
    waves: { do: 'plan' },
    review: { do: 'plan' },
    run: { do: 'plan' },
    end: { do: 'plan' },
  }
  return tasks[stage]
}

/** Where are the hosts: what was found on this machine, or a file to name. */
export function sourcesScreen(
  sources: readonly HostSource[],
  language: Language,
  command: CommandFor,
): Screen {
  const say = (text: Text): string => inLanguage(text, language)
  const rows = sources.map((source, index) => ({
    id: String(index),
    text: describe(source, language),
    command: command({ do: 'load', source }),
  }))
  const found: Text =
    sources.length > 0
      ? { en: 'Where are the hosts? Found on this machine:', zh: '主机在哪里？在本机发现：' }
      : {
          en: 'Where are the hosts? Nothing was found here: no inventory.yaml, Ansible inventory, CSV file or ssh_config with hosts.',
          zh: '主机在哪里？未在此处发现 inventory.yaml、Ansible 清单、CSV 文件或包含主机的 ssh_config。',
        }
  return {
    stage: 'sources',
    body: [say(found), ''],
    rows: [...rows, { id: 'other', text: say({ en: 'Another file …', zh: '其他文件 …' }) }],
    keys: [],
    command: command({ do: 'load' }),
    isFirst: true,
  }
}

/** What a source gave, before anything is connected. */
export function fleetScreen(fleet: Fleet, language: Language, command: CommandFor): Screen {
  const say = (text: Text): string => inLanguage(text, language)
  const groups = new Set(fleet.hosts.flatMap((host) => host.groups)).size
  const count = fleet.hosts.length
  const path = visibleLine(fleet.inventoryPath)
  const notes = fleet.notes.slice(0, 6).map((note) => `! ${visibleLine(say(note))}`)
  const more = fleet.notes.length - notes.length
  if (more > 0) notes.push(say({ en: `! ${more} more notes`, zh: `! 另有 ${more} 条提示` }))
  return {
    stage: 'access',
    body: [
      say({
        en: `${hostsInEnglish(count)} in ${counted(groups, 'group')}, in ${path}.`,
        zh: `${path} 中有 ${count} 台主机，${groups} 个分组。`,
      }),
      ...notes,
      '',
      say({
        en: 'The test logs in to every host and runs one harmless command; nothing is changed.',
        zh: '测试会登录每台主机并运行一条无害的命令；不做任何更改。',
      }),
      '',
    ],
    rows: [
      {
        id: 'test',
        text: say({ en: `Test access to ${hostsInEnglish(count)}`, zh: `测试 ${count} 台主机的连通性` }),
      },
      {
        id: 'skip',
        text: say({ en: 'Go on without a test', zh: '跳过测试，继续' }),
        command: command({ do: 'collect' }),
      },
    ],
    keys: [],
    command: command({ do: 'test' }),
  }
}

/** The kind of a source that somebody typed: by a prefix (`csv:FILE`) or by its name. */
export function guessSource(typed: string): { kind: HostSource['kind']; path: string } {
  const prefixed = /^(inventory|ansible|ssh-config|csv):(.+)$/.exec(typed)
  if (prefixed) return { kind: prefixed[1] as HostSource['kind'], path: prefixed[2] ?? '' }
  if (/\.csv$/i.test(typed)) return { kind: 'csv', path: typed }
  if (/(^|\/)(ssh_config|\.ssh\/config)$/.test(typed)) return { kind: 'ssh-config', path: typed }
  if (/(^|\/)inventory\.(ya?ml|json)$/.test(typed)) return { kind: 'inventory', path: typed }
  return { kind: 'ansible', path: typed }
}

function describe({ kind, path, hosts, problem }: HostSource, language: Language): string {
  const say = (text: Text): string => inLanguage(text, language)
  const count =
    hosts === null
      ? `✖ ${visibleLine(problem ?? '')}`
      : say({ en: hostsInEnglish(hosts), zh: `${hosts} 台主机` })
  return `${pad(say(kindNames[kind]), 18)} ${pad(visibleLine(path), 22)} ${count}`
}
