import type { Collector } from '../model/collector.ts'
import type { GapReason } from '../model/facts.ts'
import type { Reading } from './answer.ts'
import type { Frame } from './frame.ts'
import { isPattern } from './glob.ts'
import { hiding } from './input.ts'

/** Why a collector's parser may not see its input: a section that is not whole gives no fact; null when all is there. */
export function reasonToSkip(
  collector: Collector,
  reading: Reading,
  frame: Frame | undefined,
): { reason: GapReason; message: string } | null {
  if (collector.script !== undefined) {
    const problem = brokenSection(frame)
    if (problem !== null) return problem
  }
  if (collector.files !== undefined && collector.files.length > 0) {
    const files = reading.frames.sections.get('files')
    const broken = brokenSection(files)
    if (broken !== null && !(files?.cut != null && beforeTheCut(collector.files, reading))) return broken
    if (files?.exitCode === 127) return { reason: 'command-missing', message: 'grep: command not found' }
  }
  if (collector.paths !== undefined && collector.paths.length > 0) {
    const paths = reading.frames.sections.get('paths')
    const broken = brokenSection(paths)
    if (broken !== null) return broken
    if (paths?.exitCode === 127) return { reason: 'command-missing', message: 'find: command not found' }
  }
  return null
}

/** What the login could not see of the paths that a collector looks at; null when it saw all. */
export function hiddenRemark(collector: Collector, { hiddenDirectories }: Reading): string | null {
  if (hiddenDirectories.length === 0) return null
  const found = new Set((collector.paths ?? []).flatMap((path) => [...hiding(path, hiddenDirectories)]))
  if (found.size === 0) return null
  const more = found.size > 3 ? ` and ${found.size - 3} more` : ''
  return `not allowed to look into ${[...found].slice(0, 3).join(', ')}${more}`
}

/** Which of a collector's files were too long to be read whole; null when none. */
export function cutRemark({ files = [] }: Collector, { base, filesAnswer }: Reading): string | null {
  if (!filesAnswer.someCut) return null
  const cut = files
    .flatMap((path) => (isPattern(path) ? base.matching(path) : [path]))
    .filter((path) => {
      const answer = base.files.get(path)
      return answer?.status === 'read' && answer.truncated
    })
  if (cut.length === 0) return null
  const more = cut.length > 3 ? ` and ${cut.length - 3} more` : ''
  return `could not read all of ${cut.slice(0, 3).join(', ')}${more}`
}

/** The raw bytes behind a fact (files: without the secrets in them); `key` names them when they are one whole section. */
export function rawOf(
  collector: Collector,
  reading: Reading,
  frame: Frame | undefined,
): { key: string | null; bytes: Uint8Array } {
  const files = (collector.files ?? []).flatMap((path) => {
    const names = isPattern(path) ? reading.base.matching(path) : [path]
    return names.map((name) => {
      const answer = reading.base.files.get(name)
      return answer?.status === 'read' ? `${name}\0${answer.text}` : ''
    })
  })
  const paths = (collector.paths ?? []).flatMap((path) => {
    const names = isPattern(path) ? reading.base.pathsMatching(path) : [path]
    return names.map((name) => {
      const answer = reading.base.paths.get(name)
      return answer === undefined
        ? ''
        : `${name}\t${answer.kind}\t${answer.sizeBytes}\t${answer.target ?? ''}\n`
    })
  })
  const text = [...files, ...paths].join('')
  if (text === '') return { key: frame?.id ?? null, bytes: frame?.bytes ?? new Uint8Array() }
  const encoded = new TextEncoder().encode(text)
  if (frame === undefined) return { key: null, bytes: encoded }
  const joined = new Uint8Array(frame.bytes.length + encoded.length)
  joined.set(frame.bytes)
  joined.set(encoded, frame.bytes.length)
  return { key: null, bytes: joined }
}

function brokenSection(frame: Frame | undefined): { reason: GapReason; message: string } | null {
  if (frame === undefined)
    return { reason: 'lost', message: 'the connection ended before this section was complete' }
  if (frame.cut === 'timeout')
    return { reason: 'timeout', message: 'the section ran out of time on the host' }
  if (frame.cut === 'bytes') {
    return { reason: 'too-large', message: `the output was cut at ${frame.bytes.length} bytes` }
  }
  return null
}

/** grep goes through the files in the plan's order: what comes before the file at the cut is whole. */
function beforeTheCut(wanted: readonly string[], { plan, filesAnswer, base }: Reading): boolean {
  const { cutAt } = filesAnswer
  if (cutAt === null) return false
  const cutIndex = plan.files.findIndex((path) =>
    isPattern(path) ? base.matching(path).includes(cutAt) : path === cutAt,
  )
  return cutIndex >= 0 && wanted.every((path) => plan.files.indexOf(path) < cutIndex)
}
