import type { BootAccess } from '../provision/boot-requests.ts'
import type { CheckedArtifact } from '../provision/boot-artifacts.ts'
import type { CommandContext } from './context.ts'
import { isForPeople, jsonText } from './output.ts'

export interface BootHead {
  urls: readonly string[]
  certificateAuthority: string
  fingerprint: string
  artifacts: readonly CheckedArtifact[]
}

/** What a boot server says when its ports are open. */
export function printBootHead(context: CommandContext, head: BootHead): void {
  const { stdout, say } = context
  const { urls, certificateAuthority, fingerprint } = head
  const artifacts = head.artifacts.map(({ name, size, sha256 }) => ({ name, size, sha256 }))
  if (!isForPeople(context)) {
    const line = { event: 'listening', urls, fingerprint, certificateAuthority, artifacts }
    return stdout.write(`${jsonText(line)}\n`)
  }
  const lines = [
    say({ en: `Listens on ${urls.join(' ')}.`, zh: `监听于 ${urls.join(' ')}。` }),
    ...artifacts.map(({ name, size, sha256 }) => `  /artifacts/${name}  ${size} B  sha256 ${sha256}`),
    say({
      en: `Its certificates are signed by this authority (sha256 ${fingerprint}):`,
      zh: `证书由以下颁发机构签发（sha256 ${fingerprint}）：`,
    }),
    certificateAuthority.trimEnd(),
    say({ en: 'Ctrl-C ends it.', zh: '按 Ctrl-C 结束。' }),
    '',
  ]
  stdout.write(lines.join('\n'))
}

/** One line of the access log: NDJSON with `-o ndjson`. */
export function printAccess(context: CommandContext, access: BootAccess): void {
  if (!isForPeople(context)) return context.stdout.write(`${jsonText(access)}\n`)
  const { at, from, method, route, name, status, bytes, isWhole, milliseconds } = access
  const what = [route ?? '-', ...(name === null ? [] : [name])].join('/')
  const end = isWhole ? '' : ` ${context.say({ en: 'cut off', zh: '中断' })}`
  context.stdout.write(`${at} ${from} ${method} ${what} ${status} ${bytes} B ${milliseconds} ms${end}\n`)
}
