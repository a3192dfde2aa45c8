import type { PlanOptions } from '../model/plan-options.ts'
import type { StepName } from '../model/step-names.ts'
import type { Text } from '../model/text.ts'
import { commandLine, commandWords } from './command-words.ts'
import { releaseText, withOptions, withParameters, type SettingId } from './plan-settings.ts'

/** A question that is answered with a line of text. */
export interface SettingLine {
  label: Text
  help: readonly Text[]
  /** As the options have it. */
  initial: (options: PlanOptions) => string
  /** The options with the answer, or what is wrong with it. */
  take: (options: PlanOptions, answer: string) => { options: PlanOptions } | { problem: Text }
}

/** A second question behind a choice: `provider command` asks for the program. */
export type LineId = SettingId | 'rollback none' | 'provider command' | 'images registry' | 'images archive'

const needed = { problem: { en: 'This is needed.', zh: '此项必填。' } }

const lengthHelp: Text = {
  en: 'A length of time: 30s, 20m, 2h, 1h30m.',
  zh: '时长：30s、20m、2h、1h30m。',
}

/** Questions that are answered with a line, by their ids. */
export const settingLines: Readonly<Partial<Record<LineId, SettingLine>>> = {
  'rollback none': {
    label: { en: 'Accepted by', zh: '接受人' },
    help: [
      {
        en: 'The name of whoever accepts that a node which fails past its point of no return has no way back. It stands in the plan.',
        zh: '由谁接受“节点越过不可回退点后失败则无法回退”。姓名写入计划。',
      },
    ],
    initial: ({ rollback }) => rollback?.acceptedBy ?? '',
    take: (options, acceptedBy) =>
      acceptedBy === '' ? needed : withOptions(options, { rollback: { means: 'none', acceptedBy } }),
  },
  'provider command': {
    label: { en: 'Program', zh: '程序' },
    help: [
      {
        en: 'Program and arguments; no shell reads them. It gets the node as JSON on its standard input, and ends with 0 when the host has its new system. Quote words with spaces.',
        zh: '程序及参数，不经过 shell。节点以 JSON 形式从标准输入给出；主机已装好新系统时以 0 退出。含空格的参数请加引号。',
      },
    ],
    initial: (options) => argvText(options.with['host.provision']?.['argv']),
    take(options, answer) {
      const argv = commandWords(answer)
      if (argv === undefined) return { problem: { en: 'A quote is not closed.', zh: '引号未闭合。' } }
      if (argv.length === 0) return needed
      return withOptions(options, withParameters(options, 'host.provision', { provider: 'command', argv }))
    },
  },
  osRelease: {
    label: { en: 'ID, or ID/VARIANT_ID', zh: 'ID 或 ID/VARIANT_ID' },
    help: [
      {
        en: 'As /etc/os-release of the new system says: lifsea, or openeuler/nestos. A node that comes back with another one has failed.',
        zh: '与新系统 /etc/os-release 一致：lifsea 或 openeuler/nestos。返回的系统不符即视为失败。',
      },
    ],
    initial: (options) => releaseText(options.with['node.verify-os']?.['osRelease']),
    take(options, answer) {
      const parts = /^([^\s/]{1,100})(?:\/([^\s/]{1,100}))?$/.exec(answer)
      if (parts === null)
        return {
          problem: {
            en: 'Write it as lifsea, or openeuler/nestos.',
            zh: '请写成 lifsea 或 openeuler/nestos。',
          },
        }
      const [, id, variantId] = parts
      const osRelease = { id, ...(variantId === undefined ? {} : { variantId }) }
      return withOptions(options, withParameters(options, 'node.verify-os', { osRelease }))
    },
  },
  store: storeLine('data.park', {}),
  'images archive': storeLine('images.park', { to: 'archive' }),
  'images registry': {
    label: { en: 'Registry', zh: '镜像仓库' },
    help: [
      {
        en: 'HOST[:PORT][/PREFIX], for example registry.example.com:5000/moved. The nodes must be able to pull from it.',
        zh: 'HOST[:PORT][/PREFIX]，例如 registry.example.com:5000/moved。节点须能从中拉取。',
      },
    ],
    initial: (options) => stringText(options.with['images.park']?.['registry']),
    take: (options, registry) =>
      registry === ''
        ? needed
        : withOptions(options, withParameters(options, 'images.park', { to: 'registry', registry })),
  },
  maxUnavailable: {
    label: { en: 'At a time', zh: '同时' },
    help: [
      { en: 'A count, or a share of all hosts such as 10%.', zh: '数量，或占全部主机的比例，例如 10%。' },
    ],
    initial: ({ maxUnavailable }) => String(maxUnavailable),
    take: (options, answer) =>
      withOptions(options, { maxUnavailable: /^\d+$/.test(answer) ? Number(answer) : answer }),
  },
  failureBudget: countLine('failureBudget', (options) => options.failureBudget),
  canary: {
    label: { en: 'Canaries', zh: '金丝雀' },
    help: [{ en: 'So many nodes of each class go first, alone.', zh: '每类节点先迁移这么多台。' }],
    initial: ({ canary }) => String(canary.perClass),
    take: (options, answer) =>
      withOptions(options, { canary: { ...options.canary, perClass: numberOf(answer) } }),
  },
  canarySoak: {
    label: { en: 'Rest', zh: '静置' },
    help: [lengthHelp],
    initial: ({ canary }) => canary.soak,
    take: (options, soak) => withOptions(options, { canary: { ...options.canary, soak } }),
  },
  soak: {
    label: { en: 'Rest', zh: '静置' },
    help: [lengthHelp],
    initial: ({ soak }) => soak,
    take: (options, soak) => withOptions(options, { soak }),
  },
  windows: {
    label: { en: 'Another window', zh: '新增时间窗' },
    help: [
      {
        en: 'Days, start, length, time zone: fri,sat 22:00 6h Asia/Shanghai. Nodes start within it only; those that have started finish.',
        zh: '星期、开始时间、时长、时区：fri,sat 22:00 6h Asia/Shanghai。仅在时间窗内开始新节点，已开始的会完成。',
      },
    ],
    initial: () => '',
    take(options, answer) {
      const [days = '', start = '', length = '', timeZone = '', ...rest] = answer.split(/\s+/)
      if (timeZone === '' || rest.length > 0)
        return {
          problem: {
            en: 'Write it as fri,sat 22:00 6h Asia/Shanghai.',
            zh: '请写成 fri,sat 22:00 6h Asia/Shanghai。',
          },
        }
      const window = { days: days.split(','), start, length, timeZone }
      return withOptions(options, { windows: [...options.windows, window] })
    },
  },
  freezes: {
    label: { en: 'Another freeze', zh: '新增冻结期' },
    help: [
      {
        en: 'From, until, reason: 2027-02-05 2027-02-21 spring festival. Days begin at 00:00 UTC; a time is written as 2027-02-05T16:00:00Z.',
        zh: '起、止、原因：2027-02-05 2027-02-21 春节。日期从 UTC 零点算起，时刻写作 2027-02-05T16:00:00Z。',
      },
    ],
    initial: () => '',
    take(options, answer) {
      const [from = '', until = '', ...reason] = answer.split(/\s+/)
      if (until === '')
        return {
          problem: {
            en: 'Write it as 2027-02-05 2027-02-21 spring festival.',
            zh: '请写成 2027-02-05 2027-02-21 春节。',
          },
        }
      const freeze = { from: momentOf(from), until: momentOf(until), reason: reason.join(' ') }
      return withOptions(options, { freezes: [...options.freezes, freeze] })
    },
  },
}

function storeLine(uses: StepName, more: Readonly<Record<string, unknown>>): SettingLine {
  return {
    label: { en: 'Store', zh: '存储' },
    help: [
      {
        en: 'Name of a store of osferry.yaml, a directory (with a / in it), or s3://BUCKET/PREFIX. Credentials are settings and never stand in a plan.',
        zh: 'osferry.yaml 中的存储名称、目录（须含 /），或 s3://BUCKET/PREFIX。凭据属于配置，不写入计划。',
      },
    ],
    initial: (options) => stringText(options.with[uses]?.['store']),
    take: (options, store) =>
      store === '' ? needed : withOptions(options, withParameters(options, uses, { ...more, store })),
  }
}

function countLine(id: 'failureBudget', value: (options: PlanOptions) => number): SettingLine {
  return {
    label: { en: 'Failures', zh: '失败数' },
    help: [
      {
        en: 'So many nodes may fail; after one more no further node is started.',
        zh: '允许这么多节点失败；再失败一台后不再开始新的节点。',
      },
    ],
    initial: (options) => String(value(options)),
    take: (options, answer) => withOptions(options, { [id]: numberOf(answer) }),
  }
}

/** What is no number is refused by the schema, with its words. */
function numberOf(answer: string): number {
  return /^\d{1,9}$/.test(answer) ? Number(answer) : Number.NaN
}

/** A day is its first moment. */
function momentOf(text: string): string {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00:00Z` : text
}

function stringText(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

function argvText(value: unknown): string {
  return Array.isArray(value) ? commandLine(value.map(String)) : ''
}
