import type { Text } from '../model/text.ts'

export interface ExitCodeRow {
  code: number
  meaning: Text
}

/** The public contract: what each exit code means. */
export const exitCodeRows: readonly ExitCodeRow[] = [
  { code: 0, meaning: { en: 'done, clean', zh: '完成，没有问题' } },
  { code: 1, meaning: { en: 'internal error: a bug in osferry', zh: '内部错误：osferry 的缺陷' } },
  {
    code: 2,
    meaning: {
      en: 'worked, but the answer is not clean: findings at or above --fail-on (also when hosts failed), differences, what blocks a drain, a node that a run leaves cordoned',
      zh: '已完成，但结果不理想：存在达到 --fail-on 级别的问题（即使同时有主机失败）、差异、妨碍排空的内容，或运行结束后仍被封锁的节点',
    },
  },
  {
    code: 3,
    meaning: {
      en: 'partial: some hosts unreachable, failed or incomplete, or a part of the cluster not readable; the results are usable',
      zh: '部分完成：有主机不可达、失败或信息不全，或集群有部分内容无法读取；结果可用',
    },
  },
  {
    code: 4,
    meaning: {
      en: 'input needed and not allowed to ask; says how to answer: the flag, or the variable and the key',
      zh: '需要输入但不允许询问；会说明如何预先给出：选项，或环境变量和配置项',
    },
  },
  {
    code: 5,
    meaning: { en: 'approval missing, wrong digest, or plan stale', zh: '缺少批准、摘要不符或计划已过期' },
  },
  {
    code: 6,
    meaning: { en: 'stopped safely and resumable; prints the command', zh: '已安全停止，可继续；会给出命令' },
  },
  {
    code: 7,
    meaning: { en: 'a node failed after the point of no return', zh: '有节点在不可回退点之后失败' },
  },
  {
    code: 8,
    meaning: {
      en: 'a node failed before it and was returned to the state found',
      zh: '有节点在不可回退点之前失败，已恢复原状',
    },
  },
  { code: 64, meaning: { en: 'wrong usage', zh: '用法错误' } },
  {
    code: 65,
    meaning: {
      en: 'bad data: a document is missing, broken or too new, parked data is damaged, or there is no node or artifact of that name',
      zh: '数据错误：文档缺失、损坏或版本过新，数据存档损坏，或没有该名称的节点或存档',
    },
  },
  {
    code: 69,
    meaning: {
      en: 'a program is missing, the output cannot be written, or a store of parked data is not usable',
      zh: '缺少程序、无法写入输出，或数据存档库不可用',
    },
  },
  {
    code: 77,
    meaning: {
      en: 'a secret is not available or not kept safely, or a store of parked data refuses us',
      zh: '密钥或密码不可用或保存不安全，或数据存档库拒绝访问',
    },
  },
  { code: 78, meaning: { en: 'configuration is not valid', zh: '配置无效' } },
  {
    code: 130,
    meaning: { en: 'interrupted by Ctrl-C; nothing was changed', zh: '被 Ctrl-C 中断；没有任何更改' },
  },
  {
    code: 143,
    meaning: { en: 'ended by SIGTERM; nothing was changed', zh: '被 SIGTERM 终止；没有任何更改' },
  },
]
