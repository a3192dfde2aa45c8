/**
 * Stands where a bootstrap token belongs. Configurations are made without secrets; what hands one out to a machine mints the
 * token for it then, and puts it here.
 */
export const tokenPlaceholder = 'OSFERRY-BOOTSTRAP-TOKEN'

/** `abcdef.0123456789abcdef`. https://kubernetes.io/docs/reference/access-authn-authz/bootstrap-tokens/ */
const tokenForm = /^[a-z0-9]{6}\.[a-z0-9]{16}$/
const tokenLength = 23

/** True for what a cluster takes as a bootstrap token. */
export function isBootstrapToken(text: string): boolean {
  return tokenForm.test(text)
}

/** True when a token belongs into the text of a configuration. */
export function needsToken(text: string): boolean {
  return text.includes(tokenPlaceholder)
}

/** The text of a configuration with its token; every sign of one stands in a `data:` URL as it is. */
export function withToken(text: string, token: string): string {
  return text.replaceAll(tokenPlaceholder, token)
}

/** True when a text is that of a configuration with one token, whichever, at every place for it. */
export function isFilledFrom(text: string, config: string): boolean {
  const start = config.indexOf(tokenPlaceholder)
  if (start === -1) return false
  const token = text.slice(start, start + tokenLength)
  return isBootstrapToken(token) && withToken(config, token) === text
}

/** The text of each configuration of which this one may have been made by putting in a token, and it itself. */
export function unfilledTexts(text: string): string[] {
  // A token begins six signs before its dot; where the placeholder is left as well nobody has put in a whole one.
  if (needsToken(text)) return [text]
  const around = [...text.matchAll(/(?<=([a-z0-9]{6}))\.(?=([a-z0-9]{16}))/g)]
  const tokens = new Set(around.map(([, before, after]) => `${before}.${after}`))
  return [text, ...[...tokens].map((token) => text.replaceAll(token, tokenPlaceholder))]
}
