import { verdicts, type Target, type Verdict } from '../model/target.ts'
import { inLanguage, type Language, type Text } from '../model/text.ts'

/** Names of targets as people know them. */
export const targetNames: Readonly<Record<Target, string>> = {
  'anolis-rhck': 'Anolis RHCK',
  'anolis-anck': 'Anolis ANCK',
  containeros: 'ContainerOS',
}

/** Verdicts as heads of columns. */
export const verdictNames: Readonly<Record<Verdict, Text>> = {
  READY: { en: 'READY', zh: '就绪' },
  READY_WITH_ACTIONS: { en: 'ACTIONS', zh: '需处理' },
  BLOCKED: { en: 'BLOCKED', zh: '阻断' },
  UNKNOWN: { en: 'UNKNOWN', zh: '未知' },
}

/** `12 READY, 6 BLOCKED`: verdicts that somebody got. */
export function verdictCounts(counts: Readonly<Record<Verdict, number>>, language: Language): string {
  const some = verdicts.filter((verdict) => counts[verdict] > 0)
  const parts = some.map((verdict) =>
    language === 'en'
      ? `${counts[verdict]} ${verdictNames[verdict].en}`
      : `${verdictNames[verdict].zh} ${counts[verdict]}`,
  )
  const none = inLanguage({ en: 'not judged', zh: '未评估' }, language)
  return parts.length === 0 ? none : parts.join(language === 'en' ? ', ' : '，')
}
