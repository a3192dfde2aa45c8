import { visibleLine } from '../model/visible-text.ts'
import { gitlabFolding } from './gitlab-log.ts'
import type { Environment } from './lang.ts'
import type { OutputStream } from './output-stream.ts'
import { githubFolding } from './workflow-log.ts'

/** How the log of one CI is folded. */
export interface Folding {
  /** Text in which the CI finds no mark of its own: what others have named (nodes, programs, answers of servers) folds nothing. */
  clean: (text: string) => string
  /** What begins a part, with the end of its line; `title` is one line. */
  begin: (title: string) => string
  /** What ends the part that was begun last, with the end of its line. */
  end: () => string
}

/** The stderr of a job whose log can be folded; elsewhere the stream as it is. */
export function jobLog(stream: OutputStream, env: Environment): OutputStream {
  if (env['GITHUB_ACTIONS'] === 'true') return foldedLog(stream, githubFolding)
  if (env['GITLAB_CI'] === 'true') return foldedLog(stream, gitlabFolding())
  return stream
}

/** A stream with parts that can be folded; the next part ends the one before. */
export function foldedLog(stream: OutputStream, { clean, begin, end }: Folding): OutputStream {
  let isOpen = false
  return {
    write: (text) => stream.write(clean(text)),
    fold(title): void {
      if (isOpen) stream.write(end())
      isOpen = title !== undefined
      if (title !== undefined) stream.write(begin(visibleLine(title)))
    },
    flush: () => stream.flush(),
    drained: () => stream.drained(),
    get closed(): boolean {
      return stream.closed
    },
    get failure(): Error | undefined {
      return stream.failure
    },
  }
}
