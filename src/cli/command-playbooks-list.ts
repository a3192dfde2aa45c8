import { readPlaybook, type PlaybookFile } from '../inventory/playbook-file.ts'
import { builtInPlaybooks } from '../model/playbook-names.ts'
import { phases, type Playbook } from '../model/playbook.ts'
import { defineCommand, done } from './define-command.ts'
import { printList, type Column } from './output.ts'

/** `osferry playbooks list`: the journeys that come with osferry. */
export const playbooksList = defineCommand({
  path: 'playbooks list',
  examples: ['osferry playbooks list', 'osferry playbooks list -o json'],
  async run(context) {
    const { cwd, language, say } = context
    const items = await Promise.all(builtInPlaybooks.map((name) => readPlaybook(name, { cwd, language })))
    const columns: readonly Column<PlaybookFile>[] = [
      { key: 'name', title: { en: 'PLAYBOOK', zh: '剧本' }, value: ({ playbook }) => playbook.name },
      { key: 'target', title: { en: 'TARGET', zh: '目标' }, value: ({ playbook }) => playbook.target ?? '-' },
      {
        key: 'steps',
        title: { en: 'STEPS', zh: '步骤' },
        value: ({ playbook }) => String(stepCount(playbook)),
        number: true,
      },
      { key: 'title', title: { en: 'WHAT', zh: '说明' }, value: ({ playbook }) => say(playbook.title) },
      { key: 'sha256', title: { en: 'SHA256', zh: 'SHA256' }, value: ({ sha256 }) => sha256, wide: true },
      { key: 'path', title: { en: 'FILE', zh: '文件' }, value: ({ path }) => path, wide: true },
    ]
    await printList(context, {
      columns,
      items,
      name: ({ playbook }) => playbook.name,
      data: ({ playbook, sha256, path }) => ({
        name: playbook.name,
        title: playbook.title,
        target: playbook.target,
        steps: stepCount(playbook),
        sha256,
        path,
      }),
      exit: done,
    })
    return done
  },
})

function stepCount(playbook: Playbook): number {
  return phases.reduce((count, phase) => count + playbook.phases[phase].length, 0)
}
