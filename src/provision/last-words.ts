import { randomUUID } from 'node:crypto'
import { closeSync, constants, fstatSync, ftruncateSync, openSync, readSync, unlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Where a program writes its stderr, and what of it is told. */
export interface LastWords {
  /** Undefined where there is no room: then nothing is told of it. */
  readonly file: number | undefined
  /** The last whole lines. */
  read(): string
  close(): void
}

/** Of stderr, in bytes; what came before is forgotten. */
const keptBytes = 8192
/** Nobody reads what a program has written before: it must not fill the disk. */
const mostBytes = 16 * 1024 * 1024
const lookMs = 5000

/**
 * A file without a name for the stderr of a program. A pipe would end a program that goes on when osferry is no more: with
 * SIGPIPE, at its next word.
 */
export function openLastWords(): LastWords {
  const file = openNameless()
  if (file === undefined) return { file, read: () => '', close: () => undefined }
  let isCut = false
  const timer = setInterval(() => {
    if (fstatSync(file).size <= mostBytes) return
    ftruncateSync(file)
    isCut = true
  }, lookMs)
  timer.unref()
  return {
    file,
    read(): string {
      const { size } = fstatSync(file)
      const bytes = Buffer.alloc(Math.min(size, keptBytes))
      const read = readSync(file, bytes, 0, bytes.length, size - bytes.length)
      return wholeLines(bytes.toString('utf8', 0, read), isCut || size > keptBytes)
    },
    close(): void {
      clearInterval(timer)
      closeSync(file)
    },
  }
}

/** Appended to: after it was cut the program goes on at its begin. */
function openNameless(): number | undefined {
  const path = join(tmpdir(), `osferry-words-${randomUUID()}`)
  const { O_RDWR, O_CREAT, O_EXCL, O_APPEND } = constants
  try {
    const file = openSync(path, O_RDWR | O_CREAT | O_EXCL | O_APPEND, 0o600)
    unlinkSync(path)
    return file
  } catch {
    // The words of a program are worth less than what it does.
    return undefined
  }
}

/** Half a line may begin in the middle of a secret, which nobody would know it by. */
function wholeLines(text: string, isCut: boolean): string {
  if (!isCut) return text
  const end = text.indexOf('\n')
  return end === -1 ? '' : text.slice(end + 1)
}
