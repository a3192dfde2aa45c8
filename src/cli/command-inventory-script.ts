import { randomBytes } from 'node:crypto'
import { composeScript } from '../facts/script.ts'
import type { FactSet } from '../model/collector.ts'
import { defineCommand, done, textOnly } from './define-command.ts'

/** `osferry inventory script`: the collection script for hosts that cannot be reached, to run by hand. */
export const inventoryScript = defineCommand({
  path: 'inventory script',
  formats: textOnly,
  details: {
    en: 'Run it as root on a host (sh collect.sh > HOST.out), bring the outputs together in a directory, then osferry collect --from-bundle DIR. The script only reads.',
    zh: '在主机上以 root 运行（sh collect.sh > HOST.out），将结果集中到一个目录，再执行 osferry collect --from-bundle DIR。脚本只读取，不做任何修改。',
  },
  settings: ['collect.set'],
  examples: ['osferry inventory script > collect.sh'],
  run(context) {
    const set = context.settings.required('collect.set') as FactSet
    context.stdout.write(composeScript({ set, nonce: randomBytes(16).toString('hex') }))
    return Promise.resolve(done)
  },
})
