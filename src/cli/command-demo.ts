import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { writeFileAtomically } from '../inventory/atomic-file.ts'
import { demoFleet } from '../simulate/demo-fleet.ts'
import type { CommandContext } from './context.ts'
import { defineCommand, done, textOnly } from './define-command.ts'
import type { CommandExit } from './define-command.ts'
import { claimLabDirectory } from './lab-directory.ts'
import { ansibleInventory } from './lab-files.ts'
import { openLabSession } from './lab-session.ts'
import { runLine } from './run-line.ts'
import type { Process } from './run-command.ts'

/** The command lines of the demo, in order. */
const lines: readonly (readonly string[])[] = [
  ['inventory', 'import', '--from', 'ansible:hosts.ini', '--to', 'inventory.yaml'],
  ['inventory', 'list'],
  ['collect'],
  ['assess'],
  ['report'],
]

/** Machines are installed in seconds, and people wait for nothing. */
const pace = { seed: 1, speed: 120, plan: { playbook: 'centos8-to-containeros', soak: '1s' } }

/** `osferry demo`: real commands on an embedded fleet, served by ssh servers in this process. */
export const demo = defineCommand({
  path: 'demo',
  formats: textOnly,
  details: {
    en: `Starts ${demoFleet.length} ssh servers on loopback that answer from recordings of CentOS 8 hosts, and runs inventory, collect, assess and report on them. Needs no root and no network.`,
    zh: `在本机回环地址上启动 ${demoFleet.length} 个 SSH 服务，以录制的 CentOS 8 主机数据应答，并依次运行清单、采集、评估和报告。不需要 root，也不需要网络。`,
  },
  flags: [
    {
      flags: '--dir <dir>',
      text: {
        en: 'where to work: a new or empty directory, or one of an earlier demo (default: a new temporary one)',
        zh: '工作目录：新目录、空目录或以前演示用过的目录（默认新建临时目录）',
      },
    },
  ],
  async run(context, input) {
    const named = input.value('--dir')
    const directory =
      named === undefined ? await mkdtemp(join(tmpdir(), 'osferry-demo-')) : resolve(context.cwd, named)
    await claimLabDirectory(directory, 'demo')
    const session = await openLabSession({ directory, hosts: demoFleet, ...pace })
    try {
      await writeFileAtomically(join(directory, 'hosts.ini'), ansibleInventory(session.lab))
      process.chdir(directory)
      return await runLines(context, directory)
    } finally {
      process.chdir(context.cwd)
      await session.close()
    }
  },
})

async function runLines(context: CommandContext, directory: string): Promise<CommandExit> {
  const { stdout, stderr, say, env, version } = context
  const kept = Object.entries(env).filter(
    ([name]) => !name.startsWith('OSFERRY_') && name !== 'SSH_AUTH_SOCK',
  )
  const host: Process = {
    stdout,
    stderr,
    facts: {
      stdinIsTty: false,
      stdoutIsTty: context.columns !== undefined,
      stderrIsTty: context.redrawColumns !== undefined,
      columns: context.columns ?? context.redrawColumns ?? 0,
      env,
    },
    env: { ...Object.fromEntries(kept), XDG_CONFIG_HOME: directory },
    cwd: directory,
    version,
  }
  stdout.write(`$ cd ${directory}\n`)
  for (const line of lines) {
    context.signal.throwIfAborted()
    stdout.write(`\n$ osferry ${line.join(' ')}\n`)
    const code = await runLine([...line, '--yes', '--lang', context.language], host)
    context.signal.throwIfAborted()
    if (code !== 0) stdout.write(`${say({ en: 'exit code', zh: '退出码' })} ${code}\n`)
    if (code !== 0 && code !== 2 && code !== 3)
      return { code, reason: `osferry ${line.join(' ')} failed`, next: [] }
  }
  const page = join(directory, 'osferry-report', 'report.html')
  stdout.write(
    `\n${say({
      en: `One host was down and one showed a changed key: the others were judged all the same.\nThe report: ${page}\nNow with your own hosts: osferry inventory import --from ansible:PATH`,
      zh: `有一台主机未开机，一台主机的密钥已变更：其余主机照常完成评估。\n报告：${page}\n换成您自己的主机：osferry inventory import --from ansible:路径`,
    })}\n`,
  )
  return { ...done, next: [`open ${page}`] }
}
