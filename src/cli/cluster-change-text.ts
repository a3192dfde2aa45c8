import type { Text } from '../model/text.ts'
import { shorten, visibleLine } from '../model/visible-text.ts'
import type { ChangedField, ChangedObject } from '../plan/cluster-changes.ts'

const mostFields = 5
const longestValue = 80

const changeTexts: Readonly<Record<Exclude<ChangedObject['change'], 'changed'>, Text>> = {
  gone: { en: 'gone', zh: '已不存在' },
  new: { en: 'new', zh: '新增' },
  replaced: { en: 'another one of this name (other uid)', zh: '已是同名的另一个对象（uid 不同）' },
}
const none: Text = { en: 'none', zh: '无' }

/** `PodDisruptionBudget shop/web: minAvailable 2 -> 3`, on one line. */
export function clusterChangeText(object: ChangedObject): Text {
  const { kind, namespace, name, change, fields } = object
  const named = visibleLine(`${kind} ${namespace === null ? '' : `${namespace}/`}${name}`)
  const inLanguage = (language: keyof Text): string => {
    const shown = fields.slice(0, mostFields).map((field) => fieldText(field, language))
    const more = fields.length > mostFields ? [`... ${fields.length - mostFields}`] : []
    const what = change === 'changed' ? [] : [changeTexts[change][language]]
    return [...what, ...shown, ...more].join(language === 'en' ? ', ' : '，')
  }
  return { en: `${named}: ${inLanguage('en')}`, zh: `${named}：${inLanguage('zh')}` }
}

function fieldText({ field, before, after }: ChangedField, language: keyof Text): string {
  const [was, is] = [before, after].map((value) =>
    value === null ? none[language] : shorten(visibleLine(value), longestValue),
  )
  return `${visibleLine(field)} ${was} -> ${is}`
}
