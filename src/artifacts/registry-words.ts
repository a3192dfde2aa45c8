/** How skopeo, containerd, docker and crictl say that a registry did not answer, or is busy: another try may end otherwise. */
const unreachableLine =
  /connection refused|no such host|i\/o timeout|network is unreachable|no route to host|connection reset|TLS handshake timeout|deadline exceeded|unexpected EOF|it did not end in|5\d\d (?:Internal|Bad|Service|Gateway)|status(?: code)?:? 5\d\d|: EOF/

const deniedLine =
  /unauthorized|authentication required|denied|UNAUTHORIZED|DENIED|invalid username\/password|status code 40[13]|40[13] \(/

/** Whether the words of a tool say that the registry cannot be reached just now. */
export function isUnreachable(said: string): boolean {
  return unreachableLine.test(said)
}

/** Whether the words of a tool say that the registry refuses whoever asks. */
export function isDenied(said: string): boolean {
  return deniedLine.test(said)
}
