import { inLanguage, type Language, type Text } from '../model/text.ts'
import { visibleLine } from '../model/visible-text.ts'
import type { WrittenFile } from './actions.ts'
import type { Screen } from './screen.ts'
import { pad } from './width.ts'

/** The reports that were written; `planning` is the command that goes on. */
export function reportScreen(
  files: readonly WrittenFile[],
  language: Language,
  { command, planning }: { command: string; planning: string },
): Screen {
  const say = (text: Text): string => inLanguage(text, language)
  return {
    stage: 'report',
    body: [
      say({ en: 'Reports were written:', zh: '报告已生成：' }),
      ...files.map(({ format, path }) => `  ✔ ${pad(format, 9)} ${visibleLine(path)}`),
      '',
      say({
        en: 'Nothing was changed on any host. Give these files to whoever decides; the same commands run in CI.',
        zh: '未对任何主机做更改。可将这些文件交给决策者；同样的命令可在 CI 中运行。',
      }),
      '',
    ],
    rows: [
      { id: 'next', text: say({ en: 'Go on: plan the move', zh: '继续：制定迁移计划' }), command: planning },
      { id: 'finish', text: say({ en: 'Finish', zh: '完成' }) },
    ],
    keys: [],
    command,
  }
}
