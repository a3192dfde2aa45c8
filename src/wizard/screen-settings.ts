import type { PlanOptions } from '../model/plan-options.ts'
import { inLanguage, type Language, type Text } from '../model/text.ts'
import { visibleLine } from '../model/visible-text.ts'
import { choiceTexts, settingChoices, type PlanSetting, type SettingId } from './plan-settings.ts'
import type { Screen, ScreenRow } from './screen.ts'
import { pad } from './width.ts'

/** How the move goes: every question with its answer; what has none comes first. */
export function settingsScreen(
  settings: readonly PlanSetting[],
  language: Language,
  command: string,
): Screen {
  const say = (text: Text): string => inLanguage(text, language)
  const open = settings.filter(({ value }) => value === undefined).length
  const goOn: ScreenRow = { id: 'next', text: say({ en: 'Show the waves', zh: '显示波次' }) }
  const state =
    open > 0
      ? {
          en: `${open} must be answered before a plan can be made (?).`,
          zh: `制定计划前还须回答 ${open} 项（标有 ?）。`,
        }
      : { en: 'All is answered; open one to change it.', zh: '均已回答；打开某项可修改。' }
  return {
    stage: 'waves',
    body: [say({ en: 'How does the move go?', zh: '如何进行迁移？' }), say(state), ''],
    rows: [
      ...(open > 0 ? [] : [goOn]),
      ...settings.map(({ id, title, value }) => ({
        id,
        text: `${pad(say(title), 38)} ${value === undefined ? '?' : visibleLine(say(value))}`,
      })),
    ],
    keys: [],
    command,
  }
}

/** One question with a few answers. */
export function settingChoiceScreen(setting: PlanSetting, language: Language, command: string): Screen {
  const say = (text: Text): string => inLanguage(text, language)
  return {
    stage: 'waves',
    body: [say(setting.title), ''],
    rows: (settingChoices[setting.id] ?? []).map((choice) => {
      const meaning = choiceTexts[choice]
      return { id: choice, text: `${pad(choice, 15)} ${meaning === undefined ? '' : say(meaning)}` }
    }),
    keys: [],
    command,
  }
}

/** Stores by name, and any other. */
export function storeScreen(
  stores: readonly string[],
  { title, language, command }: { title: Text; language: Language; command: string },
): Screen {
  const say = (text: Text): string => inLanguage(text, language)
  return {
    stage: 'waves',
    body: [say(title), ''],
    rows: [
      ...stores.map((name) => ({ id: `store ${name}`, text: visibleLine(name) })),
      {
        id: 'other',
        text: say({
          en: 'Another: a directory, or s3://BUCKET/PREFIX …',
          zh: '其他：目录或 s3://BUCKET/PREFIX …',
        }),
      },
    ],
    keys: [],
    command,
  }
}

/** Windows or freezes: choosing one takes it out. */
export function timesScreen(
  id: Extract<SettingId, 'windows' | 'freezes'>,
  options: PlanOptions,
  { title, language, command }: { title: Text; language: Language; command: string },
): Screen {
  const say = (text: Text): string => inLanguage(text, language)
  const lines =
    id === 'windows'
      ? options.windows.map(
          ({ days, start, length, timeZone }) => `${days.join(',')} ${start} ${length} ${timeZone}`,
        )
      : options.freezes.map(({ from, until, reason }) => `${from} … ${until}  ${reason}`)
  return {
    stage: 'waves',
    body: [say(title), say({ en: 'Choosing one takes it out.', zh: '选中某项即可删除。' }), ''],
    rows: [
      ...lines.map((line, index) => ({ id: String(index), text: `✖ ${visibleLine(line)}` })),
      { id: 'add', text: say({ en: 'Add one …', zh: '新增 …' }) },
    ],
    keys: [],
    command,
  }
}
