const secretParameter = /([?&;][^=&;\s]*(?:token|key|sig|secret|pass|auth|credential)[^=&;\s]*=)[^&;\s]*/gi

/** An address without user, password and secret-looking query values; everything else stays as written. */
export function withoutCredentials(address: string): string {
  return address
    .replaceAll(/([a-z][\w+.-]*:\/\/)[^/\s]*@/gi, '$1')
    .replaceAll(secretParameter, '$1<redacted>')
}

/** True for what a repository may name: an address with a scheme, or a path. */
export function isAddress(text: string): boolean {
  return /^(?:[a-z][a-z\d+.-]*:\/\/|\/)\S+$/i.test(text)
}
