import { defineCheck, pass } from '../src/model/check.ts'
import { excerptOf } from '../src/model/excerpt.ts'

/** Cron jobs: a minimal immutable image has neither cron nor the interpreters they call. */
export const cronJobs = defineCheck({
  id: 'cron-jobs',
  domain: 'services',
  targets: ['containeros'],
  needs: ['cron'],
  severity: 'medium',
  title: { en: 'Cron jobs do not run on the new system', zh: 'cron 任务无法在新系统运行' },
  what: {
    en: 'ContainerOS has no cron, no Python and no package manager. Backups, log rotation and clean-up scripts that run from cron stop without a sound.',
    zh: 'ContainerOS 没有 cron、Python 和包管理器。依赖 cron 的备份、日志轮转、清理脚本会悄无声息地停止运行。',
  },
  remedies: [
    {
      kind: 'hint',
      text: {
        en: 'Turn each job into a Kubernetes CronJob or a systemd timer, or drop it.',
        zh: '将任务改为 Kubernetes CronJob 或 systemd timer，或不再使用。',
      },
    },
  ],
  effort: { onceMinutes: 120, perHostMinutes: 5 },
  sources: [
    'https://help.aliyun.com/zh/ack/ack-managed-and-ack-dedicated/user-guide/containeros-overview',
    'systemd.timer(5)',
  ],
  evaluate({ cron }) {
    if (cron.jobs.length === 0) return pass
    const python = cron.jobs.filter(({ command }) => /\bpython[\d.]*\b|\.py\b/.test(command)).length
    const also =
      python === 0
        ? { en: '', zh: '' }
        : { en: `, ${python} of them with Python`, zh: `，其中 ${python} 个依赖 Python` }
    return {
      status: 'fail',
      here: {
        en: `${cron.jobs.length} cron jobs beyond the distribution’s own${also.en}.`,
        zh: `发行版自带之外有 ${cron.jobs.length} 个 cron 任务${also.zh}。`,
      },
      evidence: [
        {
          fact: 'cron',
          excerpt: excerptOf(cron.jobs.map((j) => `${j.source}: ${j.schedule} ${j.user ?? ''} ${j.command}`)),
        },
      ],
    }
  },
})
