import { readPlaybook } from '../inventory/playbook-file.ts'
import { builtInPlaybooks } from '../model/playbook-names.ts'
import { defineCommand } from './define-command.ts'
import { validateDocuments } from './validate-documents.ts'

interface Told {
  /** Of its canonical JSON. */
  sha256: string | null
}

/** `osferry playbooks validate [PATH...]`: each one is read as a plan would read it; nothing is contacted. */
export const playbooksValidate = defineCommand({
  path: 'playbooks validate',
  arguments: [
    {
      name: 'playbook',
      many: true,
      optional: true,
      words: builtInPlaybooks,
      text: { en: 'paths or names; the built-in ones when left out', zh: '路径或名称，省略时为内置剧本' },
    },
  ],
  examples: ['osferry playbooks validate ./ours.yaml', 'osferry playbooks validate playbooks/*.yaml -o json'],
  async run(context, input) {
    const { cwd, language } = context
    return await validateDocuments<Told>(context, input.arguments, {
      noun: { en: 'playbook', zh: '剧本' },
      builtIn: builtInPlaybooks,
      async read(name) {
        const { sha256 } = await readPlaybook(name, { cwd, language })
        return { sha256 }
      },
      untold: { sha256: null },
      next: 'osferry schema playbook',
    })
  },
})
