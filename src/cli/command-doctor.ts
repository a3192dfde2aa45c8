import { examine } from './doctor-checks.ts'
import type { Diagnosis } from './doctor-checks.ts'
import { defineCommand } from './define-command.ts'
import { printList } from './output.ts'
import type { Column } from './output.ts'

const marks = { ok: '✔ ok', info: '· info', warn: '! warn', fail: '✖ fail' } as const

/** `osferry doctor`: what this machine and the saved state lack, each with the way to put it right. */
export const doctor = defineCommand({
  path: 'doctor',
  settings: ['inventory', 'facts'],
  async run(context) {
    const items = await examine(context)
    const forPeople = context.format === 'table' || context.format === 'wide'
    const columns: readonly Column<Diagnosis>[] = [
      ...(forPeople ? [] : [{ key: 'id', title: { en: 'ID', zh: 'ID' }, value: ({ id }: Diagnosis) => id }]),
      {
        key: 'state',
        title: { en: 'STATE', zh: '状态' },
        value: ({ state }) => (forPeople ? marks[state] : state),
      },
      { key: 'what', title: { en: 'WHAT', zh: '项目' }, value: ({ what }) => context.say(what) },
      {
        key: 'found',
        title: { en: 'FOUND', zh: '结果' },
        value: ({ found }) => (forPeople && found === '' ? '-' : found),
      },
      {
        key: 'fix',
        title: { en: 'TO DO', zh: '处理办法' },
        value: ({ fix }) => (fix === undefined ? '' : context.say(fix)),
      },
    ]
    const failed = items.filter(({ state }) => state === 'fail')
    const exit = {
      code: failed.length === 0 ? 0 : 69,
      reason:
        failed.length === 0
          ? 'this machine is ready'
          : `${failed.length} things are missing: ${failed.map(({ id }) => id).join(', ')}`,
      next: failed.length === 0 ? ['osferry collect'] : [],
    }
    await printList(context, { columns, items, name: ({ id }) => id, exit })
    return exit
  },
})
