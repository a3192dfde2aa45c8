import { resolve } from 'node:path'
import { copyArtifact } from '../artifacts/copy-artifact.ts'
import { createDirectoryStore } from '../artifacts/directory-store.ts'
import { MigrationError } from '../model/errors.ts'
import { rowOf, storedBytes } from './artifact-rows.ts'
import { startDataProgress } from './data-progress.ts'
import { defineCommand, documentFormats, done } from './define-command.ts'
import { findArtifact } from './find-artifact.ts'
import { openStore } from './open-store.ts'
import { isForMachines, printDocument } from './output.ts'
import { stateTexts } from './messages-data.ts'

/** `osferry data export`: copies one artifact out of its store, with every check. */
export const dataExport = defineCommand({
  path: 'data export',
  details: {
    en: 'Copies one artifact - its data, its manifest and its head - into a directory, as ID/data.tar.zst and so on, and compares data and manifest with the head on the way. The directory is a store of its own then: osferry data verify reads it when osferry.yaml names it. Nothing is written over.',
    zh: '将一个存档（数据、清单和描述）复制到目录中，路径为 编号/data.tar.zst 等，并在复制时校验数据和清单。该目录本身也是一个存档库：写入 osferry.yaml 后可用 osferry data verify 校验。绝不覆盖已有内容。',
  },
  formats: documentFormats,
  arguments: [{ name: 'id', text: { en: 'what to copy', zh: '要复制的存档' } }],
  settings: ['store'],
  flags: [
    {
      flags: '--to <dir>',
      text: {
        en: 'directory to copy into; made when it is not there',
        zh: '目标目录，不存在时创建',
      },
    },
  ],
  examples: ['osferry data export run-1/node-1/data --to /mnt/usb/parked'],
  async run(context, input) {
    const { say, signal } = context
    const to = input.value('--to')
    if (to === undefined || to === '')
      throw new MigrationError('USAGE', say({ en: 'where to is missing', zh: '未指定目标目录' }), {
        hint: say({ en: 'name a directory with --to', zh: '请用 --to 指定目录' }),
      })
    const from = await openStore(context)
    const artifact = await findArtifact(from, input.arguments[0] ?? '', signal)
    const { head, damage, id } = artifact
    if (head === null || damage !== null) {
      const row = rowOf(context, artifact)
      const why = row.why === '' ? say(stateTexts[row.state]) : row.why
      const code = damage === 'head-newer' ? 'DOCUMENT_NEWER' : 'ARTIFACT_DAMAGED'
      throw new MigrationError(code, `${from.name}: ${id}: ${why}`, {
        hint: say({ en: 'only what is whole can be exported', zh: '只能导出完整的存档' }),
      })
    }
    const target = createDirectoryStore(resolve(context.cwd, to))
    const bytes = storedBytes(artifact)
    const progress = startDataProgress(context)
    try {
      const onBytes = (copied: number): void => progress.show(id, copied, bytes)
      await copyArtifact({ ...artifact, head }, { from, to: target, signal, onBytes })
    } finally {
      progress.end()
    }
    const path = resolve(context.cwd, to, id)
    if (isForMachines(context)) await printDocument(context, { id, path, bytes, head, exit: done })
    else context.stdout.write(`${path}\n`)
    return done
  },
})
