import type { CheckInfo } from '../model/assessment.ts'
import type { Remedy } from '../model/check.ts'
import type { Text } from '../model/text.ts'
import type { CommandContext } from './context.ts'
import { defineCommand, documentFormats, done } from './define-command.ts'
import { factCommand } from './fact-command.ts'
import { findCheck, loadChecks } from './load-checks.ts'
import { isForMachines, printDocument } from './output.ts'

/** `osferry checks explain ID`: what it looks for, why, the evidence, fixes, a ready waiver, sources. */
export const checksExplain = defineCommand({
  path: 'checks explain',
  formats: documentFormats,
  arguments: [{ name: 'id', text: { en: 'id of the check', zh: '检查项 ID' } }],
  settings: ['assess.checks'],
  examples: ['osferry checks explain third-party-packages'],
  async run(context, input) {
    const info = findCheck(
      (await loadChecks(context.settings.text('assess.checks'))).infos,
      input.arguments[0] ?? '',
    )
    const waiver = waiverOf(info, context.clock.now())
    if (isForMachines(context)) {
      const evidence = [...info.needs.map((fact) => ({ fact, command: factCommand(fact) })), ...listsOf(info)]
      await printDocument(context, { ...info, evidence, waiver })
      return done
    }
    context.stdout.write(pageOf(info, waiver, context))
    return done
  },
})

function pageOf(info: CheckInfo, waiver: string, context: CommandContext): string {
  const { say } = context
  const section = (title: Text, body: string): string => `${say(title)}\n${indent(body)}\n`
  const facts = [
    ...listsOf(info).map(({ fact, command }) => `${fact}: ${command}`),
    ...[...info.needs, ...info.uses].map((fact) => `${fact}: ${factCommand(fact)}`),
  ]
  const { onceMinutes, perHostMinutes } = info.effort
  const effort = {
    en: `${onceMinutes} minutes once, ${perHostMinutes} minutes a host`,
    zh: `一次性 ${onceMinutes} 分钟，每台主机 ${perHostMinutes} 分钟`,
  }
  return [
    `${info.id}  ${say(info.title)}\n${info.severity} · ${info.domain} · ${info.targets.join(', ')} · ${info.origin}\n`,
    section({ en: 'What and why', zh: '检查内容与原因' }, say(info.what)),
    section({ en: 'Evidence', zh: '依据' }, facts.join('\n') || '-'),
    section(
      { en: 'Fix', zh: '修复' },
      info.remedies.map((remedy) => remedyLine(remedy, context)).join('\n') || '-',
    ),
    section({ en: 'Effort', zh: '工作量' }, say(effort)),
    section({ en: 'Accept the risk (waivers.yaml)', zh: '接受风险（waivers.yaml）' }, waiver),
    section({ en: 'Sources', zh: '来源' }, info.sources.join('\n')),
  ].join('\n')
}

/** What a check of the node rests on. */
function listsOf({ lists = [] }: CheckInfo): { fact: string; command: string }[] {
  return lists.map((list) => ({ fact: list, command: 'osferry cluster snapshot' }))
}

function remedyLine(remedy: Remedy, { say }: CommandContext): string {
  const text = remedy.text === undefined ? '' : say(remedy.text)
  if (remedy.kind === 'hint') return `- ${text}`
  const what =
    remedy.kind === 'command' ? `$ ${remedy.argv.map(quoted).join(' ')}` : `playbook ${remedy.name}`
  return text === '' ? `- ${what}` : `- ${text}\n  ${what}`
}

/** For reading only: nothing is run from it. */
function quoted(word: string): string {
  return /^[\w./:=@%+,-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`
}

function waiverOf(info: CheckInfo, now: string): string {
  const expires = new Date(Date.parse(now) + 90 * 86_400_000).toISOString().slice(0, 10)
  return [
    'schema: waivers/v1',
    'waivers:',
    `  - check: ${info.id}`,
    "    selector: 'role=worker'   # or '*', host=NAME",
    `    targets: [${info.targets.join(', ')}]`,
    '    reason: WHY THIS RISK IS ACCEPTED',
    '    owner: NAME OR TEAM',
    `    expires: ${expires}`,
  ].join('\n')
}

function indent(text: string): string {
  return text
    .split('\n')
    .map((line) => `  ${line}`)
    .join('\n')
}
