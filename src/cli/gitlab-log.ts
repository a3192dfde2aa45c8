import type { Folding } from './job-log.ts'

interface SectionNames {
  /** Now, in milliseconds since 1970. */
  nowMs: () => number
  /** Of this process: a job may run osferry several times. */
  pid: number
}

/**
 * Collapsed sections of a job of GitLab. Their names are seen by nobody, and must be unique in a job and of letters, digits and
 * `_.-`. Source: GitLab, CI/CD job logs, custom collapsible sections.
 */
export function gitlabFolding({ nowMs, pid }: SectionNames = { nowMs: Date.now, pid: process.pid }): Folding {
  let count = 0
  let name = ''
  const seconds = (): number => Math.floor(nowMs() / 1000)
  return {
    clean: withoutSections,
    begin(title): string {
      count += 1
      const at = seconds()
      name = `osferry_${at}_${pid}_${count}`
      return `section_start:${at}:${name}[collapsed=true]${eraseMark}${title}\n`
    },
    end: () => `section_end:${seconds()}:${name}${eraseMark}\n`,
  }
}

/** By which a terminal shows nothing of the mark before it, and GitLab knows its end. */
const eraseMark = '\r\u001B[0K'

/** Text in which GitLab finds no section, whatever follows it. */
export function withoutSections(text: string): string {
  return text.replace(/(section_(?:start|end)):(?=\d)/g, '$1: ')
}
