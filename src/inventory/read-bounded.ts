import { open, type FileHandle } from 'node:fs/promises'
import { MigrationError, isMigrationError, type ErrorCode } from '../model/errors.ts'

const MEBIBYTE = 1024 * 1024

export interface ReadBoundedOptions {
  /** Default 64 MiB. */
  maxBytes?: number
  /** Code when the file is not there; default DOCUMENT_NOT_FOUND. */
  notFound?: ErrorCode
}

/** Reads a UTF-8 text file (a byte order mark is dropped). Throws DOCUMENT_* naming the file and what is wrong with it. */
export async function readBounded(path: string, options: ReadBoundedOptions = {}): Promise<string> {
  const { maxBytes = 64 * MEBIBYTE, notFound = 'DOCUMENT_NOT_FOUND' } = options
  const { file, size } = await openSized(path, notFound)
  try {
    return decodeUtf8(await readAll(file, { path, size, maxBytes }), path)
  } catch (error) {
    throw isMigrationError(error) ? error : readFailure(path, error, notFound)
  } finally {
    await file.close()
  }
}

/** Opens a regular file (or pipe) for reading; directories and what cannot be read are refused by name. */
export async function openForReading(path: string, notFound: ErrorCode): Promise<FileHandle> {
  return (await openSized(path, notFound)).file
}

async function openSized(path: string, notFound: ErrorCode): Promise<{ file: FileHandle; size: number }> {
  let file: FileHandle
  try {
    file = await open(path, 'r')
  } catch (error) {
    throw readFailure(path, error, notFound)
  }
  const found = await file.stat()
  if (!found.isDirectory()) return { file, size: found.isFile() ? found.size : 0 }
  await file.close()
  throw new MigrationError('DOCUMENT_INVALID', `${path} is a directory, expected a file`)
}

/** The MigrationError for a file that could not be opened or read. */
export function readFailure(path: string, error: unknown, notFound: ErrorCode): MigrationError {
  const errno = (error as NodeJS.ErrnoException).code
  if (errno === 'ENOENT' || errno === 'ENOTDIR')
    return new MigrationError(notFound, `${path} does not exist`, { cause: error })
  if (errno === 'EACCES' || errno === 'EPERM')
    return new MigrationError('DOCUMENT_NOT_FOUND', `${path} may not be read: permission denied`, {
      hint: `look at its owner and mode: ls -l ${path}`,
      cause: error,
    })
  if (errno === 'EISDIR')
    return new MigrationError('DOCUMENT_INVALID', `${path} is a directory, expected a file`, { cause: error })
  return new MigrationError('DOCUMENT_INVALID', `${path} could not be read: ${(error as Error).message}`, {
    cause: error,
  })
}

/** UTF-8 bytes to text; throws DOCUMENT_INVALID with the offset of the first byte that is not UTF-8. */
export function decodeUtf8(bytes: Uint8Array, path: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (error) {
    const line = firstInvalidLine(bytes)
    throw new MigrationError('DOCUMENT_INVALID', `${path}:${line} is not UTF-8 text`, {
      hint: 'save it as UTF-8 (for example: iconv -f GB18030 -t UTF-8)',
      details: { file: path, line },
      cause: error,
    })
  }
}

/** `size` 0 is also what pipes and files of /proc say: they are read until they end. */
async function readAll(
  file: FileHandle,
  { path, size, maxBytes }: { path: string; size: number; maxBytes: number },
): Promise<Uint8Array> {
  if (size > maxBytes) throw tooLarge(path, size, maxBytes)
  const chunks: Uint8Array[] = []
  let total = 0
  for (;;) {
    if (size > 0 && total >= size) break
    const chunk = Buffer.allocUnsafe(size === 0 ? 64 * 1024 : size - total)
    const { bytesRead } = await file.read(chunk, 0, chunk.length)
    if (bytesRead === 0) break
    total += bytesRead
    if (total > maxBytes) throw tooLarge(path, total, maxBytes)
    chunks.push(chunk.subarray(0, bytesRead))
  }
  return chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)
}

function tooLarge(path: string, size: number, maxBytes: number): MigrationError {
  const limit =
    maxBytes < MEBIBYTE ? `${Math.round(maxBytes / 1024)} KiB` : `${Math.round(maxBytes / MEBIBYTE)} MiB`
  return new MigrationError('DOCUMENT_TOO_LARGE', `${path} is larger than ${limit}`, {
    details: { file: path, bytes: size, maxBytes },
  })
}

function firstInvalidLine(bytes: Uint8Array): number {
  const replaced = new TextDecoder('utf-8').decode(bytes)
  const before = replaced.slice(0, Math.max(0, replaced.indexOf('�')))
  return before.split('\n').length
}
