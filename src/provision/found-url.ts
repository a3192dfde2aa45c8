import { isSecretOf, readBootToken } from './boot-token.ts'
import type { BootUrl, BootUrls } from './boot-urls.ts'

/** Wrong tokens in a minute of one client. */
export const mostGuesses = 10

/** The record of a token whose secret is for that; undefined for everything that is not exactly one. */
export async function foundUrl(
  urls: BootUrls,
  { text, use }: { text: string; use: 'verifier' | 'progress' },
): Promise<BootUrl | undefined> {
  const token = readBootToken(text)
  if (token === undefined) return undefined
  const url = await urls.find(token.id)
  const verifiers = [url, ...(await urls.scripts(token.id))].map((one) => one?.[use] ?? undefined)
  return verifiers.map((verifier) => isSecretOf(token.secret, verifier)).includes(true) ? url : undefined
}
