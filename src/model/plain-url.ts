import { z } from 'zod'

/** http or https, without user and query: secrets have places of their own, and addresses are shown. */
export const plainHttpUrl = z
  .url({ protocol: /^https?$/, error: 'expected https://HOST[:PORT][/PATH]' })
  .max(2048)
  .refine(isPlain, 'expected https://HOST[:PORT][/PATH] without user and query')

function isPlain(text: string): boolean {
  if (!URL.canParse(text)) return false
  const { username, password, search, hash } = new URL(text)
  return username === '' && password === '' && search === '' && hash === ''
}
