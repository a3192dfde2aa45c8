import { defineCheck, pass, unknown } from '../src/model/check.ts'

/** Without a synchronised clock certificates, leases and etcd fail at the worst moment: after a reboot. */
export const timeSync = defineCheck({
  id: 'time-sync',
  domain: 'services',
  targets: ['anolis-rhck', 'anolis-anck', 'containeros'],
  needs: ['time'],
  severity: 'high',
  title: { en: 'The clock is not synchronised', zh: '时钟未同步' },
  what: {
    en: 'After the reboot a clock that is off makes certificates invalid, leases expire and etcd members drop out. A new system also needs to know the time servers.',
    zh: '重启后若时钟偏差，证书会失效、租约会过期、etcd 成员会掉线。新系统也需要知道时间服务器。',
  },
  remedies: [
    { kind: 'command', argv: ['systemctl', 'enable', '--now', 'chronyd'] },
    { kind: 'command', argv: ['chronyc', 'tracking'] },
  ],
  effort: { onceMinutes: 0, perHostMinutes: 5 },
  sources: ['https://etcd.io/docs/v3.5/op-guide/hardware/', 'chronyd(8)', 'timedatectl(1)'],
  evaluate({ time }) {
    const state = `service=${time.service ?? '-'} active=${time.active} synchronized=${time.synchronized ?? '-'}`
    if (time.service === null || !time.active) {
      return {
        status: 'fail',
        here: {
          en: time.service === null ? 'No time service is installed.' : `${time.service} is not running.`,
          zh: time.service === null ? '未安装时间同步服务。' : `${time.service} 未运行。`,
        },
        evidence: [{ fact: 'time', excerpt: state }],
      }
    }
    if (time.synchronized === false) {
      return {
        status: 'fail',
        here: {
          en: `${time.service} is running but has not synchronised the clock.`,
          zh: `${time.service} 正在运行，但时钟尚未同步。`,
        },
        evidence: [{ fact: 'time', excerpt: `${state} servers=${time.servers.join(',')}` }],
      }
    }
    if (time.synchronized === null) {
      return unknown('The state of the clock could not be read.', '无法读取时钟同步状态。', [
        { fact: 'time', excerpt: state },
      ])
    }
    return pass
  },
})
