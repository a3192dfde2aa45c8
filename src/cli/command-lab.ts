import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { writeFileAtomically } from '../inventory/atomic-file.ts'
import { MigrationError } from '../model/errors.ts'
import type { Text } from '../model/text.ts'
import { labFleet } from '../simulate/lab-hosts.ts'
import type { LabHost } from '../simulate/lab-host.ts'
import type { MachineFault } from '../simulate/machine-spans.ts'
import type { CommandContext } from './context.ts'
import { defineCommand, done, textOnly, type CommandInput } from './define-command.ts'
import { wholeNumber } from './drain-choices.ts'
import { claimLabDirectory } from './lab-directory.ts'
import { labFileNames, labInventory } from './lab-files.ts'
import { openLabSession } from './lab-session.ts'
import { shellWord } from './shell-word.ts'

const defaults = { hosts: 6, seed: 1, speed: 60 }
/** Each has an SSH server and a directory. */
const mostHosts = 500

/** `osferry lab`: a fleet and a cluster to try everything on, until Ctrl-C. */
export const lab = defineCommand({
  path: 'lab',
  formats: textOnly,
  details: {
    en: 'Starts simulated machines on loopback: real SSH servers in this process that answer as recorded CentOS 8 hosts, and can be given another system by the provider lab. Some of them are nodes of a simulated Kubernetes cluster. Writes osferry.yaml, inventory.yaml, kubeconfig and plan-options.yaml into a directory, says what to type in another terminal, and runs until Ctrl-C. Needs no root and no network; moving data of the machines needs bash and GNU tar.',
    zh: '在本机回环地址上启动模拟主机：本进程内的真实 SSH 服务，以录制的 CentOS 8 主机数据应答，并可由 lab 提供方更换系统；其中一部分是模拟 Kubernetes 集群的节点。命令会在一个目录中写入 osferry.yaml、inventory.yaml、kubeconfig 和 plan-options.yaml，提示在另一个终端中输入的命令，并一直运行到 Ctrl-C。不需要 root，也不需要网络；转移主机数据需要 bash 和 GNU tar。',
  },
  flags: [
    {
      flags: '--hosts <count>',
      text: { en: `how many machines; default ${defaults.hosts}`, zh: `主机数量，默认 ${defaults.hosts}` },
    },
    {
      flags: '--cluster <count>',
      text: { en: 'how many of them are nodes; default all', zh: '其中作为集群节点的数量，默认全部' },
    },
    {
      flags: '--dir <dir>',
      text: {
        en: 'where to work: a new or empty directory, or one of an earlier lab (default: a temporary one, removed at the end)',
        zh: '工作目录：新目录、空目录或以前的 lab 目录（默认使用临时目录，结束时删除）',
      },
    },
    {
      flags: '--seed <number>',
      text: {
        en: `decides times, identities and what goes wrong; default ${defaults.seed}`,
        zh: `决定耗时、标识和故障的种子，默认 ${defaults.seed}`,
      },
    },
    {
      flags: '--speed <factor>',
      text: {
        en: `how many times faster than real machines they are installed; default ${defaults.speed}`,
        zh: `安装速度为真实主机的多少倍，默认 ${defaults.speed}`,
      },
    },
  ],
  examples: ['osferry lab', 'osferry lab --hosts 12 --cluster 10 --dir lab --seed 7'],
  async run(context, input) {
    const choices = choicesOf(input)
    const hosts = labFleet(choices)
    const named = input.value('--dir')
    const directory =
      named === undefined ? await mkdtemp(join(tmpdir(), 'osferry-lab-')) : resolve(context.cwd, named)
    try {
      await claimLabDirectory(directory, 'lab')
      const session = await openLabSession({
        ...choices,
        directory,
        hosts,
        plan: { playbook: 'centos8-to-containeros', soak: '1m', maxUnavailable: 1, failureBudget: 0 },
      })
      try {
        await writeFileAtomically(join(directory, labFileNames.inventory), labInventory(session.lab))
        context.stdout.write(`${words(context, { hosts, directory, isKept: named !== undefined })}\n`)
        await untilOver(context.signal, session.broken)
      } finally {
        await session.close()
      }
    } finally {
      if (named === undefined) await rm(directory, { recursive: true, force: true })
    }
    return done
  },
})

function choicesOf(input: CommandInput): { hosts: number; nodes: number; seed: number; speed: number } {
  const hosts = wholeNumber(input, '--hosts') ?? defaults.hosts
  const nodes = wholeNumber(input, '--cluster') ?? hosts
  if (hosts > mostHosts)
    throw new MigrationError('USAGE', `--hosts ${hosts}: a lab has at most ${mostHosts} machines`)
  if (nodes > hosts)
    throw new MigrationError('USAGE', `--cluster ${nodes}: there are ${hosts} machines`, {
      hint: 'give --hosts as well',
    })
  const { seed, speed } = defaults
  return {
    hosts,
    nodes,
    seed: wholeNumber(input, '--seed') ?? seed,
    speed: wholeNumber(input, '--speed') ?? speed,
  }
}

/** Throws what has broken the lab. */
async function untilOver(signal: AbortSignal, broken: AbortSignal): Promise<void> {
  const over = AbortSignal.any([signal, broken])
  // An AbortSignal keeps no process alive; the servers of the lab do.
  if (!over.aborted) await once(over, 'abort')
  if (broken.aborted) throw broken.reason
}

function words(
  { say }: CommandContext,
  { hosts, directory, isKept }: { hosts: readonly LabHost[]; directory: string; isKept: boolean },
): string {
  const nodes = hosts.filter(({ isNode }) => isNode).length
  const troubled = hosts.flatMap(({ name, machineFault }) =>
    machineFault === undefined ? [] : [`  ${name}: ${say(faultWords[machineFault])}`],
  )
  return [
    say({
      en: `${hosts.length} machines run, ${nodes} of them are nodes of a cluster. In another terminal:`,
      zh: `已启动 ${hosts.length} 台主机，其中 ${nodes} 台是集群节点。请在另一个终端中输入：`,
    }),
    '',
    `  cd ${shellWord(directory)}`,
    '  osferry collect',
    '  osferry cluster snapshot',
    '  osferry assess --target containeros',
    `  osferry plan create --options ${labFileNames.options}`,
    '  osferry apply plan.json --approve SHA256',
    '',
    ...(troubled.length === 0
      ? []
      : [say({ en: 'What goes wrong:', zh: '将出现的故障：' }), ...troubled, '']),
    isKept
      ? say({ en: 'Ctrl-C ends the lab.', zh: '按 Ctrl-C 结束。' })
      : say({
          en: 'Ctrl-C ends the lab and removes the directory; --dir keeps it.',
          zh: '按 Ctrl-C 结束并删除该目录；使用 --dir 可保留。',
        }),
  ].join('\n')
}

const faultWords: Readonly<Record<MachineFault, Text>> = {
  refused: { en: 'its disk is not fit to be written', zh: '磁盘不宜写入' },
  'fails-once': {
    en: 'its first installation fails before anything is written',
    zh: '第一次安装在写入之前失败',
  },
  'never-back': { en: 'it does not boot after its installation', zh: '安装后无法启动' },
  slow: { en: 'it is four times slower than the others', zh: '速度只有其他主机的四分之一' },
}
