import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { writeFileAtomically } from '../inventory/atomic-file.ts'
import { importInventory, parseImportSource } from '../inventory/import.ts'
import type { ImportResult, ImportSource } from '../inventory/import.ts'
import { loadInventory } from '../inventory/load.ts'
import { renderInventory } from '../inventory/render.ts'
import { MigrationError } from '../model/errors.ts'
import { visibleLine } from '../model/visible-text.ts'
import { confirm } from './confirm.ts'
import type { CommandContext } from './context.ts'
import { defineCommand, documentFormats, done } from './define-command.ts'
import type { CommandExit, CommandInput } from './define-command.ts'
import { isForMachines, printDocument } from './output.ts'
import { shortPath } from './state-paths.ts'
import { hostsInEnglish } from '../model/text.ts'

/** `osferry inventory import`: one inventory from what there is. */
export const inventoryImport = defineCommand({
  path: 'inventory import',
  formats: documentFormats,
  flags: [
    {
      flags: '--from <source>',
      text: {
        en: 'ansible:PATH, ssh-config[:FILE] or csv:FILE; may be repeated',
        zh: 'ansible:路径、ssh-config[:文件] 或 csv:文件，可重复',
      },
      many: true,
    },
    {
      flags: '--map <field=column>',
      text: {
        en: 'CSV column of a field: name, address, user, port, group, key, jump, become or label.KEY',
        zh: 'CSV 中字段对应的列：name、address、user、port、group、key、jump、become 或 label.键',
      },
      many: true,
    },
    { flags: '--rest-as-labels', text: { en: 'other CSV columns become labels', zh: '其余 CSV 列作为标签' } },
    {
      flags: '--add',
      text: { en: 'add to the file instead of replacing it', zh: '追加到已有文件，而不是替换' },
    },
    {
      flags: '--to <file>',
      text: {
        en: 'file to write, - for stdout (default: inventory.yaml)',
        zh: '写入的文件，- 为标准输出（默认 inventory.yaml）',
      },
    },
  ],
  examples: [
    'osferry inventory import --from ansible:inventory/hosts.yml --to inventory.yaml',
    'osferry inventory import --from csv:cmdb.csv --map name=主机名 --map label.zone=机房',
  ],
  async run(context, input) {
    const sources = await sourcesOf(input, context)
    const out = input.value('--to')
    const path = out === undefined ? context.settings.required('inventory') : resolve(context.cwd, out)
    const add = input.on('--add') && existsSync(path)
    const base = add ? (await loadInventory(path, { language: context.language })).inventory : undefined
    const result = await importInventory(sources, {
      signal: context.signal,
      ...(base === undefined ? {} : { base }),
    })
    const text = renderInventory(result.inventory, {
      comment: [`Imported from ${input.values('--from').join(', ')}.`],
    })
    if (out === '-') {
      context.stdout.write(text)
      return done
    }
    if (!add && existsSync(path)) await confirmReplacing(context, path)
    await writeFileAtomically(path, text)
    return await printResult(context, path, result)
  },
})

async function sourcesOf(input: CommandInput, context: CommandContext): Promise<ImportSource[]> {
  const words = input.values('--from')
  if (words.length === 0) {
    throw new MigrationError('USAGE', context.say({ en: 'nothing to import from', zh: '没有指定导入来源' }), {
      hint: 'give --from ansible:PATH, --from ssh-config or --from csv:FILE',
    })
  }
  const map = mapOf(input.values('--map'))
  const sources: ImportSource[] = []
  for (const word of words) {
    const source = await parseImportSource(word)
    const isCsv = source.kind === 'csv'
    sources.push(isCsv ? { ...source, map, restAsLabels: input.on('--rest-as-labels') } : source)
  }
  return sources
}

function mapOf(words: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    words.map((word) => {
      const at = word.indexOf('=')
      if (at < 1)
        throw new MigrationError('USAGE', `--map ${word}: expected FIELD=COLUMN`, {
          hint: 'for example --map name=主机名',
        })
      return [word.slice(0, at), word.slice(at + 1)]
    }),
  )
}

async function confirmReplacing(context: CommandContext, path: string): Promise<void> {
  const file = shortPath(context, path)
  await confirm(context, {
    question: { en: `${file} exists. Replace it?`, zh: `${file} 已存在，是否替换？` },
    answer: {
      en: 'answer it with --yes, keep its hosts with --add, or write elsewhere with --to FILE',
      zh: '使用 --yes 确认替换，使用 --add 保留已有主机，或用 --to 写入其他文件',
    },
  })
}

async function printResult(
  context: CommandContext,
  path: string,
  result: ImportResult,
): Promise<CommandExit> {
  const exit: CommandExit = { ...done, next: ['osferry inventory list', 'osferry collect'] }
  const { hosts, added, updated, notes } = result
  if (isForMachines(context)) {
    await printDocument(context, { path, hosts, added: added.length, updated: updated.length, notes, exit })
    return exit
  }
  for (const { text, times, first } of notes) {
    const more = times > 1 ? ` (${times}x)` : ''
    context.stderr.write(`${first.file}:${first.line}: ${visibleLine(context.say(text))}${more}\n`)
  }
  const file = shortPath(context, path)
  context.stdout.write(
    `${context.say({
      en: `${hostsInEnglish(hosts)} imported (${added.length} new, ${updated.length} changed) into ${file}`,
      zh: `已导入 ${hosts} 台主机（新增 ${added.length}，变更 ${updated.length}）到 ${file}`,
    })}\n`,
  )
  return exit
}
