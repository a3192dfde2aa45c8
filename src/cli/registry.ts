import { row, type CommandRow } from './command-row.ts'
import { systemRows } from './registry-systems.ts'

/** Every command, in the order of `--help`; each is loaded only when it is run or its own help is asked for. */
export const commandRows: readonly CommandRow[] = [
  row(
    'inventory import',
    {
      en: 'make an inventory from Ansible, ssh_config or CSV',
      zh: '从 Ansible、ssh_config 或 CSV 生成主机清单',
    },
    async () => (await import('./command-inventory-import.ts')).inventoryImport,
  ),
  row(
    'inventory list',
    { en: 'list the hosts', zh: '列出主机' },
    async () => (await import('./command-inventory-list.ts')).inventoryList,
  ),
  row(
    'inventory show',
    { en: 'show one host with its resolved settings', zh: '显示一台主机及其生效的连接设置' },
    async () => (await import('./command-inventory-show.ts')).inventoryShow,
  ),
  row(
    'inventory script',
    { en: 'print the collection script, to run by hand', zh: '输出采集脚本，供手工运行' },
    async () => (await import('./command-inventory-script.ts')).inventoryScript,
  ),
  row(
    'collect',
    { en: 'read facts from the hosts, read-only', zh: '以只读方式采集主机信息' },
    async () => (await import('./command-collect.ts')).collect,
  ),
  row(
    'cluster snapshot',
    { en: 'save what the cluster holds, read-only', zh: '以只读方式保存集群快照' },
    async () => (await import('./command-cluster-snapshot.ts')).clusterSnapshot,
  ),
  row(
    'cluster check',
    { en: 'say what stands in the way of draining nodes', zh: '检查妨碍排空节点的问题' },
    async () => (await import('./command-cluster-check.ts')).clusterCheck,
  ),
  row(
    'assess',
    { en: 'judge every host for every target', zh: '按每个目标评估每台主机' },
    async () => (await import('./command-assess.ts')).assess,
  ),
  row(
    'report',
    { en: 'write reports of the last assessment', zh: '生成最近一次评估的报告' },
    async () => (await import('./command-report.ts')).report,
  ),
  row(
    'checks list',
    { en: 'list the checks', zh: '列出检查项' },
    async () => (await import('./command-checks-list.ts')).checksList,
  ),
  row(
    'checks explain',
    { en: 'explain one check: why, fix, how to waive', zh: '解释一个检查项：原因、修复方法、如何豁免' },
    async () => (await import('./command-checks-explain.ts')).checksExplain,
  ),
  row(
    'checks test',
    { en: 'validate the checks and run them on recorded hosts', zh: '校验检查项并在录制的主机上运行' },
    async () => (await import('./command-checks-test.ts')).checksTest,
  ),
  row(
    'playbooks list',
    { en: 'list the built-in playbooks', zh: '列出内置剧本' },
    async () => (await import('./command-playbooks-list.ts')).playbooksList,
  ),
  row(
    'playbooks show',
    { en: 'show the steps of a playbook', zh: '显示剧本的各个步骤' },
    async () => (await import('./command-playbooks-show.ts')).playbooksShow,
  ),
  row(
    'playbooks validate',
    { en: 'check playbooks', zh: '校验剧本' },
    async () => (await import('./command-playbooks-validate.ts')).playbooksValidate,
  ),
  ...systemRows,
  row(
    'plan create',
    { en: 'plan the move of assessed hosts, in waves', zh: '为已评估的主机制定分波次的迁移计划' },
    async () => (await import('./command-plan-create.ts')).planCreate,
  ),
  row(
    'plan validate',
    { en: 'say whether a plan still fits what is known', zh: '检查计划是否仍与现状相符' },
    async () => (await import('./command-plan-validate.ts')).planValidate,
  ),
  row(
    'plan show',
    { en: 'show waves, nodes and bounds of a plan', zh: '显示计划的波次、节点与下限' },
    async () => (await import('./command-plan-show.ts')).planShow,
  ),
  row(
    'plan diff',
    { en: 'compare two plans', zh: '比较两个计划' },
    async () => (await import('./command-plan-diff.ts')).planDiff,
  ),
  row(
    'plan approve',
    { en: 'sign a plan with an SSH key', zh: '用 SSH 密钥签署批准计划' },
    async () => (await import('./command-plan-approve.ts')).planApprove,
  ),
  row(
    'plan verify',
    { en: 'count the approvals of a plan', zh: '核验计划的批准' },
    async () => (await import('./command-plan-verify.ts')).planVerify,
  ),
  row(
    'apply',
    { en: 'run an approved plan', zh: '执行已获批准的计划' },
    async () => (await import('./command-apply.ts')).apply,
  ),
  row(
    'migrate',
    { en: 'plan one node, and empty it', zh: '为一个节点制定计划并完成迁移' },
    async () => (await import('./command-migrate.ts')).migrate,
  ),
  row(
    'replace',
    { en: 'replace the system of a migrated node', zh: '替换已迁移节点的系统' },
    async () => (await import('./command-replace.ts')).replace,
  ),
  row(
    'rollback',
    { en: 'bring nodes back that a run has failed on', zh: '让运行失败的节点回到原状' },
    async () => (await import('./command-rollback.ts')).rollback,
  ),
  row(
    'drain',
    { en: 'empty nodes within their budgets, safely', zh: '在中断预算内安全地排空节点' },
    async () => (await import('./command-drain.ts')).drain,
  ),
  row(
    'why',
    { en: 'what blocks a node now, and the ways forward', zh: '说明节点当前的阻碍及可行的处理办法' },
    async () => (await import('./command-why.ts')).why,
  ),
  row(
    'restore',
    { en: 'give drained or replaced nodes back', zh: '恢复已排空或已替换的节点' },
    async () => (await import('./command-restore.ts')).restore,
  ),
  row(
    'verify',
    { en: 'compare the cluster with its snapshot', zh: '将集群与快照比较' },
    async () => (await import('./command-verify.ts')).verify,
  ),
  row(
    'runs list',
    { en: 'list the runs in the journal', zh: '列出日志中的运行' },
    async () => (await import('./command-runs-list.ts')).runsList,
  ),
  row(
    'runs show',
    { en: 'show one run: its nodes and what they wait for', zh: '显示一次运行：各节点及其等待的内容' },
    async () => (await import('./command-runs-show.ts')).runsShow,
  ),
  row(
    'runs report',
    { en: 'write what became of a run, for people', zh: '生成一次运行的报告' },
    async () => (await import('./command-runs-report.ts')).runsReport,
  ),
  row(
    'runs watch',
    { en: 'follow a run while it is written', zh: '跟踪正在进行的运行' },
    async () => (await import('./command-runs-watch.ts')).runsWatch,
  ),
  row(
    'runs resume',
    { en: 'go on with a run that was stopped or killed', zh: '继续已停止或被终止的运行' },
    async () => (await import('./command-runs-resume.ts')).runsResume,
  ),
  row(
    'runs pause',
    { en: 'let a run finish the steps in hand and wait', zh: '让运行完成手头的步骤后等待' },
    async () => (await import('./command-runs-pause.ts')).runsPause,
  ),
  row(
    'runs abort',
    { en: 'end a run and give its nodes back', zh: '结束运行并归还其节点' },
    async () => (await import('./command-runs-abort.ts')).runsAbort,
  ),
  row(
    'runs export',
    { en: 'print the events of a run as NDJSON', zh: '以 NDJSON 输出一次运行的事件' },
    async () => (await import('./command-runs-export.ts')).runsExport,
  ),
  row(
    'runs verify',
    { en: 'check that no record was changed or is missing', zh: '校验日志记录未被更改且无缺失' },
    async () => (await import('./command-runs-verify.ts')).runsVerify,
  ),
  row(
    'data list',
    { en: 'list what is parked in a store', zh: '列出存档库中的存档' },
    async () => (await import('./command-data-list.ts')).dataList,
  ),
  row(
    'data verify',
    { en: 'read all parked data and compare it', zh: '读取并校验全部存档' },
    async () => (await import('./command-data-verify.ts')).dataVerify,
  ),
  row(
    'data export',
    { en: 'copy parked data out of its store', zh: '从存档库中复制出存档' },
    async () => (await import('./command-data-export.ts')).dataExport,
  ),
  row(
    'data delete',
    { en: 'delete parked data that is on its node again', zh: '删除已恢复到节点的存档' },
    async () => (await import('./command-data-delete.ts')).dataDelete,
  ),
  row(
    'doctor',
    { en: 'examine this machine and the saved state', zh: '检查本机环境与已保存的数据' },
    async () => (await import('./command-doctor.ts')).doctor,
  ),
  row(
    'lab',
    { en: 'a fleet and a cluster to try everything on', zh: '可供试用的模拟机群与集群' },
    async () => (await import('./command-lab.ts')).lab,
  ),
  row(
    'demo',
    { en: 'the whole way on a simulated fleet, in a minute', zh: '在模拟机群上演示完整流程，约一分钟' },
    async () => (await import('./command-demo.ts')).demo,
  ),
  row(
    'config view',
    { en: 'print the settings in force', zh: '显示生效的配置' },
    async () => (await import('./command-config-view.ts')).configView,
  ),
  row(
    'config validate',
    { en: 'check osferry.yaml', zh: '校验 osferry.yaml' },
    async () => (await import('./command-config-validate.ts')).configValidate,
  ),
  row(
    'completion',
    { en: 'print a completion script for bash, zsh or fish', zh: '输出 bash、zsh 或 fish 的补全脚本' },
    async () => (await import('./command-completion.ts')).completion,
  ),
  row(
    'schema',
    { en: 'print the JSON Schema of a document', zh: '输出文档的 JSON Schema' },
    async () => (await import('./command-schema.ts')).schema,
  ),
  row(
    'help exit-codes',
    { en: 'what the exit codes mean', zh: '退出码的含义' },
    async () => (await import('./command-help-exit-codes.ts')).helpExitCodes,
  ),
]
