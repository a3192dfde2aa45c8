import type { Text } from '../model/text.ts'

/** Words of `osferry collect`. */
export const collectTexts = {
  title: { en: 'Collecting facts, read only', zh: '正在采集主机信息（只读）' },
  complete: { en: 'complete', zh: '完整' },
  partial: { en: 'partial', zh: '部分' },
  incomplete: { en: 'incomplete', zh: '不完整' },
  lackingRights: { en: 'read without the rights needed', zh: '权限不足' },
  failed: { en: 'failed', zh: '失败' },
  queued: { en: 'queued', zh: '等待' },
  notStarted: { en: 'not started', zh: '未开始' },
  nothingMissing: { en: 'every host has complete facts already', zh: '所有主机的信息都已完整' },
  stopping: {
    en: 'stopping: no new hosts are started, those in work finish; press Ctrl-C again to end now. What is complete is saved; go on later with: osferry collect --only-missing',
    zh: '正在停止：不再开始新主机，等待进行中的主机完成；再按一次 Ctrl-C 立即结束。已完成的主机已保存，之后可继续：osferry collect --only-missing',
  },
  stoppingBriefly: {
    en: 'stopping: hosts in work finish, no new ones are started\npress Ctrl-C again to end now',
    zh: '正在停止：等待进行中的主机完成，不再开始新主机\n再按一次 Ctrl-C 立即结束',
  },
  stoppedTitle: { en: 'Stopped collecting', zh: '采集已停止' },
  savedIn: { en: 'facts saved in', zh: '主机信息已保存到' },
  next: { en: 'next:', zh: '下一步：' },
  continueWith: { en: 'continue with:', zh: '继续执行：' },
  hostColumn: { en: 'HOST', zh: '主机' },
  statusColumn: { en: 'STATUS', zh: '状态' },
  codeColumn: { en: 'CODE', zh: '代码' },
  reasonColumn: { en: 'REASON', zh: '原因' },
  hintColumn: { en: 'WHAT TO DO', zh: '处理办法' },
  factsColumn: { en: 'FACTS', zh: '信息项' },
  gapsColumn: { en: 'GAPS', zh: '缺失' },
  degradedColumn: { en: 'DEGRADED', zh: '不完整' },
  rightsColumn: { en: 'RIGHTS', zh: '权限' },
  timeColumn: { en: 'SECONDS', zh: '秒' },
  addressColumn: { en: 'ADDRESS', zh: '地址' },
  hostsColumn: { en: 'HOSTS', zh: '主机数' },
  meaningColumn: { en: 'MEANING', zh: '含义' },
} as const satisfies Record<string, Text>
