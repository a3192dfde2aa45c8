import { defineCheck, pass } from '../src/model/check.ts'
import { excerptOf, nameSome } from '../src/model/excerpt.ts'

/** A live patch belongs to one kernel build. */
export const livePatches = defineCheck({
  id: 'live-patches',
  domain: 'kernel',
  targets: ['anolis-rhck', 'anolis-anck', 'containeros'],
  needs: ['livePatches'],
  severity: 'medium',
  title: { en: 'Kernel live patches do not carry over', zh: '内核热补丁无法沿用' },
  what: {
    en: 'A live patch is built for one kernel release. The target’s kernel either has the fix itself or is open again; ANCK uses another live-patch model (stop_machine), so kpatch packages of RHEL do not load there.',
    zh: '热补丁只对应一个内核版本。目标内核要么自带修复，要么漏洞重新出现；ANCK 采用另一种热补丁模型（stop_machine），无法加载 RHEL 的 kpatch 软件包。',
  },
  remedies: [
    {
      kind: 'hint',
      text: {
        en: 'List what each patch fixes, and check that the target’s kernel has it before removing kpatch-patch packages.',
        zh: '列出各补丁修复的问题，确认目标内核已包含后再移除 kpatch-patch 软件包。',
      },
    },
    { kind: 'command', argv: ['kpatch', 'list'] },
  ],
  effort: { onceMinutes: 60, perHostMinutes: 2 },
  sources: [
    'https://docs.kernel.org/livepatch/livepatch.html',
    'Configuration of kernel ANCK 5.10.134: LIVEPATCH_STOP_MACHINE_MODEL=y',
  ],
  evaluate({ livePatches }) {
    const enabled = livePatches.patches.filter((patch) => patch.enabled)
    if (enabled.length === 0) return pass
    const names = nameSome(enabled.map(({ name }) => name))
    return {
      status: 'fail',
      here: { en: `Live patches are active: ${names}.`, zh: `正在使用热补丁：${names}。` },
      evidence: [{ fact: 'livePatches', excerpt: excerptOf(enabled.map(({ name }) => name)) }],
    }
  },
})
