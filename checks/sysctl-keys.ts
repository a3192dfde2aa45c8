import { sysctlAnswer } from '../src/kernel/sysctl-keys.ts'
import { defineCheck, pass, unknown } from '../src/model/check.ts'
import { excerptOf, nameSome } from '../src/model/excerpt.ts'

/** Keys of sysctl.d that the target's kernel does not have. */
export const sysctlKeys = defineCheck({
  id: 'sysctl-keys',
  domain: 'kernel',
  targets: ['anolis-rhck', 'anolis-anck', 'containeros'],
  needs: ['sysctl'],
  severity: 'medium',
  title: { en: 'sysctl.d sets keys that the target does not have', zh: 'sysctl.d 设置了目标内核没有的参数' },
  what: {
    en: 'A key that the kernel does not have is skipped with a line in the log, and tools that apply the file strictly fail. The tuning or hardening behind it is gone without anybody noticing.',
    zh: '内核中不存在的参数只会在日志里留下一行而被跳过，严格执行该文件的工具则会失败，其背后的调优或加固会在无人察觉的情况下失效。',
  },
  remedies: [
    {
      kind: 'hint',
      text: {
        en: 'Remove the named keys, or find what replaces them on the target; check compliance rules that ask for them.',
        zh: '删除上述参数或改用目标系统中的替代项，并核对要求这些参数的合规规则。',
      },
    },
    { kind: 'command', argv: ['sysctl', '--system'] },
  ],
  effort: { onceMinutes: 20, perHostMinutes: 2 },
  sources: ['https://docs.kernel.org/admin-guide/sysctl/', 'Configuration of kernel ANCK 5.10.134'],
  evaluate({ sysctl }, { kernel, kernelLine }) {
    const today = new Set(sysctl.missing)
    const rows = sysctl.files.map(({ file, key, value }) => ({
      key,
      text: `${file}: ${key} = ${value}`,
      answer: sysctlAnswer(key, kernel),
    }))
    // A key that is missing today is no loss by the move.
    const absent = rows.filter(({ key, answer }) => answer === 'absent' && !today.has(key))
    const open = rows.filter(({ key, answer }) => answer === 'unknown' && !today.has(key))
    if (absent.length > 0) {
      const keys = nameSome([...new Set(absent.map(({ key }) => key))])
      return {
        status: 'fail',
        here: { en: `${kernelLine} does not have ${keys}.`, zh: `${kernelLine} 没有以下参数：${keys}。` },
        evidence: [{ fact: 'sysctl', excerpt: excerptOf(absent.map(({ text }) => text)) }],
      }
    }
    if (open.length === 0 || kernelLine === 'rhck-4.18') return pass
    const keys = nameSome([...new Set(open.map(({ key }) => key))])
    return unknown(
      `The data of ${kernelLine} does not tell about ${keys}.`,
      `${kernelLine} 的数据未包含以下参数：${keys}。`,
      [{ fact: 'sysctl', excerpt: excerptOf(open.map(({ text }) => text)) }],
    )
  },
})
