import type { Text } from '../model/text.ts'

/** Groups of commands, for `--help`. */
export const groupSummaries: Readonly<Record<string, Text>> = {
  inventory: {
    en: 'the hosts: import, list, show, collection script',
    zh: '主机清单：导入、列出、查看、采集脚本',
  },
  cluster: { en: 'the Kubernetes cluster of the hosts', zh: '主机所在的 Kubernetes 集群' },
  runs: { en: 'the journal of what was done', zh: '运行日志' },
  data: {
    en: 'parked data of nodes: list, verify, export, delete',
    zh: '节点的数据存档：列出、校验、导出、删除',
  },
  checks: { en: 'the catalogue of checks', zh: '检查项目录' },
  playbooks: { en: 'journeys: the steps of a move', zh: '剧本：一次迁移的步骤' },
  ignition: {
    en: 'Ignition configurations of nodes: render, explain, diff, validate',
    zh: '节点的 Ignition 配置：生成、说明、比较、校验',
  },
  profile: { en: 'immutable systems: what each one is and takes', zh: '不可变系统的描述' },
  boot: {
    en: 'hand images and configurations to machines that boot',
    zh: '向启动中的机器提供镜像与配置',
  },
  plan: { en: 'plans: make, show, compare, approve, verify', zh: '计划：制定、查看、比较、批准、核验' },
  config: { en: 'settings and where they come from', zh: '配置项及其来源' },
  help: { en: 'help topics', zh: '帮助主题' },
}
