import type { FlagDefinition } from './define-command.ts'

/** Which snapshot of the cluster a command reads. */
export const snapshotFlag: FlagDefinition = {
  flags: '--cluster <file>',
  text: {
    en: 'snapshot of the cluster (default: the one that osferry cluster snapshot saved)',
    zh: '集群快照文件（默认：osferry cluster snapshot 保存的快照）',
  },
}

/** Of commands that write to a cluster: only look. */
export const dryRunFlag: FlagDefinition = {
  flags: '--dry-run <how>',
  choices: ['client', 'server'],
  text: {
    en: 'only say what would happen; server: ask the server for every write, too',
    zh: '只说明将会发生什么；server：同时让 API server 预检每次写入',
  },
}
