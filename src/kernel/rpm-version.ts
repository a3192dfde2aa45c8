import { compareText } from '../model/compare-text.ts'

/** Epoch, version and release of a package; a missing epoch counts as 0, a missing release matches any. */
export interface Evr {
  epoch: number
  version: string
  release: string | null
}

/**
 * Orders two version (or release) strings as rpm does: negative when `a` is older, 0 when equal, positive when newer.
 * Source: rpmio/rpmvercmp.c; `~` sorts before everything, `^` after the same text without it.
 */
export function compareVersions(a: string, b: string): number {
  if (a === b) return 0
  let left = 0
  let right = 0
  while (left < a.length || right < b.length) {
    left = skipSeparators(a, left)
    right = skipSeparators(b, right)
    const leftCode = left < a.length ? a.charCodeAt(left) : end
    const rightCode = right < b.length ? b.charCodeAt(right) : end
    if (leftCode === tilde || rightCode === tilde) {
      if (leftCode !== tilde) return 1
      if (rightCode !== tilde) return -1
      left++
      right++
      continue
    }
    if (leftCode === caret || rightCode === caret) {
      if (leftCode === end) return -1
      if (rightCode === end) return 1
      if (leftCode !== caret) return 1
      if (rightCode !== caret) return -1
      left++
      right++
      continue
    }
    if (leftCode === end || rightCode === end) break
    const numeric = isDigit(leftCode)
    const belongs = numeric ? isDigit : isLetter
    const leftEnd = segmentEnd(a, left, belongs)
    const rightEnd = segmentEnd(b, right, belongs)
    // A number is newer than letters in the same place.
    if (rightEnd === right) return numeric ? 1 : -1
    const order = numeric
      ? compareNumbers(a.slice(left, leftEnd), b.slice(right, rightEnd))
      : compareText(a.slice(left, leftEnd), b.slice(right, rightEnd))
    if (order !== 0) return order
    left = leftEnd
    right = rightEnd
  }
  const leftRest = left < a.length
  const rightRest = right < b.length
  if (leftRest === rightRest) return 0
  return leftRest ? 1 : -1
}

/** Splits `epoch:version-release`; epoch and release may be left out. */
export function parseEvr(text: string): Evr {
  const colon = text.indexOf(':')
  const hasEpoch = colon > 0 && /^\d+$/.test(text.slice(0, colon))
  const rest = hasEpoch ? text.slice(colon + 1) : text
  const dash = rest.lastIndexOf('-')
  return {
    epoch: hasEpoch ? Number(text.slice(0, colon)) : 0,
    version: dash === -1 ? rest : rest.slice(0, dash),
    release: dash === -1 ? null : rest.slice(dash + 1),
  }
}

/** Orders two `[epoch:]version[-release]`; a side without a release equals every release of the same version. */
export function compareEvr(a: string | Evr, b: string | Evr): number {
  const left = typeof a === 'string' ? parseEvr(a) : a
  const right = typeof b === 'string' ? parseEvr(b) : b
  if (left.epoch !== right.epoch) return left.epoch < right.epoch ? -1 : 1
  const order = compareVersions(left.version, right.version)
  if (order !== 0 || left.release === null || right.release === null) return order
  return compareVersions(left.release, right.release)
}

const tilde = 0x7e
const caret = 0x5e
const end = -1

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39
}

function isLetter(code: number): boolean {
  return (code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a)
}

function skipSeparators(text: string, from: number): number {
  let at = from
  while (at < text.length) {
    const code = text.charCodeAt(at)
    if (isDigit(code) || isLetter(code) || code === tilde || code === caret) break
    at++
  }
  return at
}

function segmentEnd(text: string, from: number, belongs: (code: number) => boolean): number {
  let at = from
  while (at < text.length && belongs(text.charCodeAt(at))) at++
  return at
}

function compareNumbers(a: string, b: string): number {
  const left = a.replace(/^0+/, '')
  const right = b.replace(/^0+/, '')
  if (left.length !== right.length) return left.length < right.length ? -1 : 1
  return compareText(left, right)
}
