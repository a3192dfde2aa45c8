import type { Report } from '../model/report.ts'
import type { Language } from '../model/text.ts'
import { say } from './words.ts'

/** Says plainly that only some hosts have a sheet here, and where the others are. */
export function leftOutNote(shown: number, report: Report, language: Language): string {
  const all = report.hosts.length
  return say(
    {
      en: `${shown} of ${all} hosts have a sheet here, the blocked and unknown ones first. All counts above are of all ${all} hosts; the JSON and CSV reports hold every host.`,
      zh: `此处仅列出 ${all} 台主机中的 ${shown} 台（被阻断和未知的优先）。以上所有统计均涵盖全部 ${all} 台主机；JSON 和 CSV 报告包含每一台主机。`,
    },
    language,
  )
}
