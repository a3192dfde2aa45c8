import type { WizardActions } from './actions.ts'
import type { MovingPlaybook } from './move.ts'
import type { Terminal } from './terminal.ts'

/** Asks for a playbook of the team until there is one that can be used; undefined = the reader went back. */
export async function askPlaybook(
  terminal: Terminal,
  actions: Pick<WizardActions, 'readPlaybook'>,
  command: (path: string) => string,
): Promise<MovingPlaybook | undefined> {
  let initial = ''
  for (;;) {
    const path = await askPath(terminal, { initial, command })
    if (path === undefined) return undefined
    const title = { en: `Reading ${path}`, zh: `读取 ${path}` }
    const what = { stage: 'targets', title, command: () => command(path) } as const
    const read = await terminal.work(what, () => actions.readPlaybook(path))
    if (read !== undefined) return read.value
    initial = path
  }
}

async function askPath(
  { ask, say }: Terminal,
  { initial, command }: { initial: string; command: (path: string) => string },
): Promise<string | undefined> {
  return await ask({
    stage: 'targets',
    body: [
      say({
        en: 'The file of a playbook/v1. What is wrong with it is shown with its line; correct it and try again.',
        zh: 'playbook/v1 文件。如有错误会显示所在行；修改后可重试。',
      }),
    ],
    help: [
      say({
        en: 'Begin with a built-in one: osferry playbooks show NAME prints it, osferry playbooks validate FILE checks yours. A relative path starts at the working directory; ~/ is your home.',
        zh: '可从内置剧本开始：osferry playbooks show 名称 输出其内容，osferry playbooks validate 文件 进行检查。相对路径从当前工作目录开始，~/ 表示主目录。',
      }),
      say({
        en: 'The answers hold its path, so that the plan can be made again; the plan holds its digest.',
        zh: '答案中保存其路径，以便重新制定计划；计划中保存其摘要。',
      }),
    ],
    label: say({ en: 'Playbook', zh: '剧本' }),
    initial,
    check: (answer) => (answer === '' ? { en: 'Name a file.', zh: '请输入文件。' } : undefined),
    command,
  })
}
