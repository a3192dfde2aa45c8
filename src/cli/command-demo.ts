import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { writeFileAtomically } from '../inventory/atomic-file.ts'
import { readPlaybook } from '../inventory/playbook-file.ts'
import { demoFleet } from '../simulate/demo-fleet.ts'
import type { CommandContext } from './context.ts'
import { defineCommand, done, textOnly, type CommandExit } from './define-command.ts'
import { demoDigest, DemoFailed, demoLines } from './demo-lines.ts'
import { claimLabDirectory } from './lab-directory.ts'
import { ansibleInventory, labFileNames, quickPlaybook } from './lab-files.ts'
import { openLabSession } from './lab-session.ts'

const playbookFile = 'playbook.json'
/** Machines are installed in seconds, and nobody rests between waves. */
const pace = {
  seed: 1,
  speed: 120,
  plan: { playbook: `./${playbookFile}`, soak: '1s', maxUnavailable: 3, failureBudget: 1 },
}

/** The command lines of the demo up to the plan, in order. */
const linesToPlan: readonly (readonly string[])[] = [
  ['inventory', 'import', '--from', 'ansible:hosts.ini', '--to', labFileNames.inventory],
  ['inventory', 'list'],
  ['collect'],
  ['cluster', 'snapshot'],
  ['assess'],
  ['report'],
  ['plan', 'create', '--options', labFileNames.options, '-l', 'app=web'],
]

/** `osferry demo`: real commands on an embedded fleet and its cluster, from an inventory to nodes that were moved. */
export const demo = defineCommand({
  path: 'demo',
  formats: textOnly,
  details: {
    en: `Starts ${demoFleet.length} simulated machines on loopback, most of them nodes of a simulated Kubernetes cluster, and runs the whole way on them: inventory, collect, cluster snapshot, assess, report, plan, apply, journal. Needs no root and no network; parking data of the machines needs bash and GNU tar.`,
    zh: `在本机回环地址上启动 ${demoFleet.length} 台模拟主机（其中多数是模拟 Kubernetes 集群的节点），并走完全程：清单、采集、集群快照、评估、报告、计划、执行、运行日志。不需要 root，也不需要网络；转存主机数据需要 bash 和 GNU tar。`,
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
      const { playbook } = await readPlaybook('centos8-to-containeros', { cwd: directory })
      await writeFileAtomically(join(directory, playbookFile), quickPlaybook(playbook))
      process.chdir(directory)
      return await wholeWay(context, directory)
    } catch (error) {
      if (error instanceof DemoFailed) return { code: error.code, reason: error.message, next: [] }
      throw error
    } finally {
      process.chdir(context.cwd)
      await session.close()
    }
  },
})

async function wholeWay(context: CommandContext, directory: string): Promise<CommandExit> {
  const { stdout, say } = context
  const { run, ask } = demoLines(context, directory)
  stdout.write(`$ cd ${directory}\n`)
  for (const line of linesToPlan) await run(line)
  const digest = await demoDigest(directory)
  await run(['apply', 'plan.json', '--playbook', playbookFile, '--approve', digest])
  const [id = ''] = (await ask(['runs', 'list', '-o', 'name'])).split('\n')
  await run(['runs', 'show', id])
  await run(['runs', 'verify'])
  const page = join(directory, 'osferry-report', 'report.html')
  stdout.write(
    `\n${say({
      en: `One host was down and one showed a changed key: the others were judged all the same.\nThree nodes were moved to another system, their data with them; one could not be, and was given back as it was found.\nThe report: ${page}\nNow with your own hosts: osferry inventory import --from ansible:PATH`,
      zh: `有一台主机未开机，一台主机的密钥已变更：其余主机照常完成评估。\n三个节点已连同数据迁移到新系统；一个节点无法迁移，已恢复到发现时的状态。\n报告：${page}\n换成您自己的主机：osferry inventory import --from ansible:路径`,
    })}\n`,
  )
  return { ...done, next: [`open ${page}`] }
}
