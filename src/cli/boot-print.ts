import type { Text } from '../model/text.ts'
import { visibleLine } from '../model/visible-text.ts'
import type { BootAlarm } from '../provision/boot-alarm.ts'
import type { BootProgress } from '../provision/answer-progress.ts'
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

/** How far a machine says it is, among the lines of the access log. */
export function printProgress(context: CommandContext, progress: BootProgress): void {
  if (!isForPeople(context)) return context.stdout.write(`${jsonText(progress)}\n`)
  const { at, from, node, stage } = progress
  context.stdout.write(`${at} ${from} ${visibleLine(node)}: ${stage}\n`)
}

const alarmTexts: Readonly<Record<BootAlarm['kind'], Text>> = {
  'second-fetch': {
    en: 'its configuration was asked for again: if the machine did not, somebody else may have the first one',
    zh: '其配置被再次请求：若不是该机器所为，首次获取者可能另有其人',
  },
  'another-machine': {
    en: 'another machine has asked for its configuration, and got nothing',
    zh: '另一台机器请求了其配置，未予提供',
  },
  'not-encrypted': {
    en: 'its address was sent without encryption, and is void: make another one with osferry boot url',
    zh: '其地址以未加密方式发送，已作废：请用 osferry boot url 重新生成',
  },
  'not-served': {
    en: 'what it is to be installed with cannot be handed out',
    zh: '无法提供其安装所需的内容',
  },
  'script-not-encrypted': {
    en: 'its script was asked for over HTTP, and it boots its local disk: osferry boot ipxe --over http allows it',
    zh: '其脚本通过 HTTP 请求，机器将从本地磁盘启动：可用 osferry boot ipxe --over http 允许',
  },
  'scripts-too-many': {
    en: 'its script was asked for too often, and it boots its local disk: look who asks, and make it anew with osferry boot ipxe',
    zh: '其脚本被请求的次数过多，机器将从本地磁盘启动：请查明请求来源，再用 osferry boot ipxe 重新生成',
  },
  'two-nodes': {
    en: 'it cannot be told apart from another node, and boots its local disk: their facts have a MAC, UUID or serial in common',
    zh: '无法与另一节点区分，机器将从本地磁盘启动：两者的事实中有相同的 MAC、UUID 或序列号',
  },
}

/** An alarm: on stderr for people and in the log, and among the lines of `-o ndjson`. */
export function printAlarm(context: CommandContext, alarm: BootAlarm): void {
  const { kind, node, from, why } = alarm
  if (!isForPeople(context)) context.stdout.write(`${jsonText(alarm)}\n`)
  const text = context.say(alarmTexts[kind])
  context.log.warn(`${node}: ${text}`, { from, ...(why === null ? {} : { why }) })
}
