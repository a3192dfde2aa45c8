import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'

/** Secrets by the name of what they are of. */
export type Secrets = Readonly<Record<string, string>>

/** Names of the secrets that a text holds, in whatever form. */
export type SecretSearch = (content: Uint8Array | string) => string[]

/** Looks for secrets as they are, in base64 (wherever in what was encoded they stand), URL-encoded, in JSON and in hexadecimal. */
export function secretSearch(secrets: Secrets): SecretSearch {
  const wanted = Object.entries(secrets).map(([name, secret]) => ({ name, forms: formsOf(secret) }))
  return (content) => {
    const bytes =
      typeof content === 'string'
        ? Buffer.from(content)
        : Buffer.from(content.buffer, content.byteOffset, content.byteLength)
    return wanted.filter(({ forms }) => forms.some((form) => bytes.includes(form))).map(({ name }) => name)
  }
}

/** Every form in which a secret is looked for. */
export function formsOf(secret: string): string[] {
  const bytes = Buffer.from(secret)
  const encoded = [0, 1, 2].flatMap((before) => [
    insideBase64(bytes, before, 'base64'),
    insideBase64(bytes, before, 'base64url'),
  ])
  const escaped = encodeURIComponent(secret)
  const inForm = new URLSearchParams({ s: secret }).toString().slice('s='.length)
  const forms = [
    secret,
    ...encoded,
    escaped,
    inForm,
    encodeURI(secret),
    JSON.stringify(secret).slice(1, -1),
    bytes.toString('hex'),
  ]
  return [...new Set(forms)]
}

/** The characters of a base64 text that hang on these bytes alone, when so many others stand before them. */
function insideBase64(bytes: Buffer, before: number, encoding: 'base64' | 'base64url'): string {
  const text = Buffer.concat([Buffer.alloc(before), bytes])
    .toString(encoding)
    .replace(/=+$/, '')
  const isWhole = (before + bytes.length) % 3 === 0
  return text.slice([0, 2, 3][before], isWhole ? undefined : -1)
}

/** Every file below a directory, by its path in there; pipes and sockets are none. */
export function filesBelow(directory: string): string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(directory, path.join(entry.parentPath, entry.name)))
    .sort()
}

/** Files below a directory that hold secrets, each as `FILE: NAMES`. */
export function filesWithSecrets(directory: string, search: SecretSearch): string[] {
  return filesBelow(directory).flatMap((file) => {
    const found = search(readFileSync(path.join(directory, file)))
    return found.length === 0 ? [] : [`${file}: ${found.join(', ')}`]
  })
}
