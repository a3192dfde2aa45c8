import type { File } from './config.ts'

/** 0644, for everybody to read. */
const publicMode = 0o644
/** 0600, for root alone. */
const privateMode = 0o600

/** A text that stands in the configuration itself, over whatever the image has at that path. */
export function textFile(path: string, text: string): File {
  return { path, mode: publicMode, overwrite: true, contents: { source: dataUrl(text) } }
}

/** The same for root alone. */
export function privateFile(path: string, text: string): File {
  return { ...textFile(path, text), mode: privateMode }
}

/** `data:` with plain signs left as they are: people read them, and placeholders are found in them. RFC 2397 */
function dataUrl(text: string): string {
  return `data:,${encodeURIComponent(text.toWellFormed())}`
}

/** The text of a file that stands in the configuration; undefined when it does not, or is written in another form. */
export function textOf(file: File): string | undefined {
  const source = file.contents?.source ?? ''
  if (!source.startsWith('data:,')) return undefined
  try {
    return decodeURIComponent(source.slice('data:,'.length))
  } catch {
    return undefined
  }
}
