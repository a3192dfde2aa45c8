import { hash } from 'node:crypto'
import { canonicalJson } from '../model/canonical-json.ts'

/** `previous` of the first record of a file. */
export const chainStart = '0'.repeat(64)

/** How a record is stored: its canonical JSON without its hash, and the sha256 of that text. */
export interface SealedRecord {
  text: string
  hash: string
}

/** Turns a record into what is stored of it. */
export function seal(record: Readonly<Record<string, unknown>>): SealedRecord {
  const text = canonicalJson(record)
  return { text, hash: sha256(text) }
}

/** True when a stored record is as it was sealed. */
export function isSealed({ text, hash }: SealedRecord): boolean {
  return sha256(text) === hash
}

function sha256(text: string): string {
  return hash('sha256', text)
}
