import type { CheckInfo } from '../model/assessment.ts'
import { defineCommand, done } from './define-command.ts'
import { targetsOf } from './assess-targets.ts'
import { loadChecks } from './load-checks.ts'
import { printDocument, printList } from './output.ts'
import type { Column } from './output.ts'

/** `osferry checks list`: the catalogue; with `-o json` all of it, in both languages. */
export const checksList = defineCommand({
  path: 'checks list',
  settings: ['assess.checks', 'assess.targets'],
  examples: ['osferry checks list --target containeros', 'osferry checks list -o json'],
  async run(context) {
    const targets = new Set(targetsOf(context.settings.list('assess.targets')))
    const { infos } = await loadChecks(context.settings.text('assess.checks'))
    const items = infos.filter((info) => info.targets.some((target) => targets.has(target)))
    if (context.format === 'json' || context.format === 'yaml') {
      await printDocument(context, { checks: items })
      return done
    }
    const columns: readonly Column<CheckInfo>[] = [
      { key: 'id', title: { en: 'CHECK', zh: '检查项' }, value: ({ id }) => id },
      { key: 'severity', title: { en: 'SEVERITY', zh: '级别' }, value: ({ severity }) => severity },
      { key: 'domain', title: { en: 'AREA', zh: '领域' }, value: ({ domain }) => domain },
      { key: 'targets', title: { en: 'TARGETS', zh: '目标' }, value: (info) => info.targets.join(',') },
      { key: 'title', title: { en: 'WHAT', zh: '说明' }, value: ({ title }) => context.say(title) },
      {
        key: 'needs',
        title: { en: 'NEEDS', zh: '所需信息' },
        value: ({ needs }) => needs.join(','),
        wide: true,
      },
      { key: 'origin', title: { en: 'FROM', zh: '来源' }, value: ({ origin }) => origin, wide: true },
    ]
    await printList(context, { columns, items, name: ({ id }) => id })
    return done
  },
})
