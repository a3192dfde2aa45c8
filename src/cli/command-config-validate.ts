import { defineCommand, documentFormats, done } from './define-command.ts'
import { printDocument, isForMachines } from './output.ts'

/** `osferry config validate`: reads every configuration file that counts; a bad one is refused before this runs. */
export const configValidate = defineCommand({
  path: 'config validate',
  formats: documentFormats,
  examples: ['osferry config validate -c ci.yaml'],
  async run(context) {
    const { files } = context.settings
    if (isForMachines(context)) {
      await printDocument(context, { files, valid: true, exit: done })
      return done
    }
    const none = context.say({
      en: 'no configuration file; the defaults are in force',
      zh: '没有配置文件，使用默认值',
    })
    const valid = context.say({ en: 'valid', zh: '有效' })
    context.stdout.write(
      files.length === 0 ? `${none}\n` : files.map((path) => `${path}: ${valid}\n`).join(''),
    )
    return done
  },
})
