import type { Text } from '../model/text.ts'
import type { Origin } from './config.ts'
import type { Configured } from './config-file.ts'
import { defineCommand, done } from './define-command.ts'
import { isForMachines, printDocument, printList } from './output.ts'
import type { Column } from './output.ts'
import type { SettingKey } from './settings.ts'
import { settingRow, settingText } from './settings.ts'

interface Shown {
  /** `stores.NAME` is no setting, nor are BMCs, gates and webhooks: people choose the name, and there is neither flag nor variable. */
  key: SettingKey | `${NamedKind}.${string}`
  value: unknown
  origin: Origin
}

const columns: readonly Column<Shown>[] = [
  { key: 'key', title: { en: 'KEY', zh: '配置项' }, value: ({ key }) => key },
  { key: 'value', title: { en: 'VALUE', zh: '值' }, value: ({ value }) => valueText(value) },
]
const originColumns: readonly Column<Shown>[] = [
  ...columns,
  { key: 'origin', title: { en: 'FROM', zh: '来源' }, value: ({ origin }) => originText(origin) },
  {
    key: 'flag',
    title: { en: 'FLAG', zh: '选项' },
    value: ({ key }) => (isSetting(key) ? (settingRow(key).flags ?? '') : ''),
    wide: true,
  },
  {
    key: 'env',
    title: { en: 'VARIABLE', zh: '环境变量' },
    value: ({ key }) => (isSetting(key) ? settingRow(key).env : ''),
    wide: true,
  },
]

/** `osferry config view`: every setting in force, with `--origin` where it was set. */
export const configView = defineCommand({
  path: 'config view',
  settings: ['inventory', 'facts'],
  flags: [
    { flags: '--origin', text: { en: 'say where each value was set', zh: '显示每个值的来源' } },
    { flags: '--all', text: { en: 'keys without a value too', zh: '同时显示没有值的配置项' } },
  ],
  examples: ['osferry config view --origin', 'OSFERRY_CONCURRENCY=20 osferry config view --origin -o json'],
  async run(context, input) {
    const items: Shown[] = []
    for (const [key, { value, origin }] of context.settings.all) {
      if (value !== undefined || input.on('--all')) items.push({ key, value, origin })
    }
    const { stores, bmcs, gates, notify } = context.settings
    const named = (kind: NamedKind, name: string, one: Configured<unknown>): void => {
      const { settings: value, path, line, column } = one
      items.push({ key: `${kind}.${name}`, value, origin: { from: 'file', path, line, column } })
    }
    for (const [name, store] of stores) named('stores', name, store)
    for (const [name, bmc] of bmcs) named('bmcs', name, bmc)
    for (const gate of gates) named('gates', gate.settings.name, gate)
    for (const hook of notify) named('notify', hook.settings.name, hook)
    const data = ({ key, ...item }: Shown): unknown =>
      isSetting(key)
        ? {
            key,
            ...item,
            env: settingRow(key).env,
            flag: settingRow(key).flags ?? null,
            text: settingText(key),
          }
        : { key, ...item, env: null, flag: null, text: namedTexts[kindOf(key)] }
    if (isForMachines(context)) {
      if (context.format !== 'ndjson')
        await printDocument(context, { files: context.settings.files, settings: items.map(data) })
      else await printList(context, { columns, items, data, name: ({ key }) => key })
      return done
    }
    const shown = input.on('--origin') || context.format === 'wide' ? originColumns : columns
    await printList(context, { columns: shown, items, data, name: ({ key }) => key })
    return done
  },
})

type NamedKind = 'stores' | 'bmcs' | 'gates' | 'notify'

const namedTexts: Readonly<Record<NamedKind, Text>> = {
  stores: { en: 'a store of parked data', zh: '一个数据存档库' },
  bmcs: { en: 'how BMCs are logged in to', zh: 'BMC 的登录方式' },
  gates: { en: 'what must be so before a node of a run starts', zh: '运行中的节点开始前必须满足的条件' },
  notify: { en: 'a webhook that is told what happens in a run', zh: '接收运行事件的 webhook' },
}

function isSetting(key: Shown['key']): key is SettingKey {
  return !/^(?:stores|bmcs|gates|notify)\./.test(key)
}

function kindOf(key: `${NamedKind}.${string}`): NamedKind {
  return key.slice(0, key.indexOf('.')) as NamedKind
}

function valueText(value: unknown): string {
  if (value === undefined) return '-'
  return Array.isArray(value) ? value.join(',') : typeof value === 'string' ? value : JSON.stringify(value)
}

function originText(origin: Origin): string {
  if (origin.from === 'file') return `${origin.path}:${origin.line}:${origin.column}`
  return origin.from === 'default' ? 'default' : `${origin.from} ${origin.name}`
}
