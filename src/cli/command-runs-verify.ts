import { resolve } from 'node:path'
import { verifyJournal } from '../journal/read-journal.ts'
import { MigrationError } from '../model/errors.ts'
import { counted } from '../model/text.ts'
import { defineCommand, documentFormats, done } from './define-command.ts'
import { isForMachines, printDocument } from './output.ts'
import { journalPath, shortPath } from './state-paths.ts'

/** `osferry runs verify [FILE]`: that every record of a journal is as it was written. */
export const runsVerify = defineCommand({
  path: 'runs verify',
  details: {
    en: "Reads the whole file, the project's journal or a copy of one: SQLite's own integrity check, then every record along the chain of their hashes. Names the first record that was changed or is missing (exit code 65). Takes no lock and changes nothing.",
    zh: '完整读取项目的运行日志或其副本：先做 SQLite 自身的完整性检查，再沿散列链校验每条记录。指出第一条被更改或缺失的记录（退出码 65）。不加锁，不做任何更改。',
  },
  arguments: [
    {
      name: 'file',
      optional: true,
      text: {
        en: 'a journal or a copy of one (default: that of the project)',
        zh: '日志文件或其副本（默认：项目的日志）',
      },
    },
  ],
  examples: ['osferry runs verify', 'osferry runs verify /backup/journal.db -o json'],
  formats: documentFormats,
  async run(context, input) {
    const [given] = input.arguments
    const path = given === undefined ? journalPath(context) : resolve(context.cwd, given)
    const found = verifyJournal(path)
    if (found === undefined)
      throw new MigrationError('DOCUMENT_NOT_FOUND', `there is no journal ${path}`, {
        hint: 'the first run makes it; a journal that was there before has been moved or deleted',
      })
    const { events, marks, hash, bytes } = found
    if (isForMachines(context)) {
      await printDocument(context, { path, events, marks, head: hash, bytes, exit: done })
      return done
    }
    const name = shortPath(context, path)
    context.stdout.write(
      `${context.say({
        en: `${name}: all ${counted(events, 'event')} and ${counted(marks, 'mark')} are as they were written; head ${hash}`,
        zh: `${name}：全部 ${events} 条事件和 ${marks} 条标记与写入时一致；链尾 ${hash}`,
      })}\n`,
    )
    return done
  },
})
