import { defineCommand, done } from './define-command.ts'
import { exitCodeRows } from './exit-codes.ts'
import { printList } from './output.ts'

/** `osferry help exit-codes`: the table of exit codes. */
export const helpExitCodes = defineCommand({
  path: 'help exit-codes',
  async run(context) {
    await printList(context, {
      columns: [
        { key: 'code', title: { en: 'CODE', zh: '退出码' }, value: ({ code }) => String(code), number: true },
        {
          key: 'meaning',
          title: { en: 'MEANING', zh: '含义' },
          value: ({ meaning }) => context.say(meaning),
        },
      ],
      items: exitCodeRows,
      name: ({ code }) => String(code),
    })
    return done
  },
})
