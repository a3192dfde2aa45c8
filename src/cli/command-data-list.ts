import { parkedArtifacts } from '../artifacts/parked-artifacts.ts'
import { byteText } from '../model/byte-text.ts'
import { artifactColumns, rowData, rowOf, storedBytes, type ArtifactRow } from './artifact-rows.ts'
import type { CommandContext } from './context.ts'
import { defineCommand, done, type CommandExit } from './define-command.ts'
import { openStore } from './open-store.ts'
import { printListIfAny, tellExit } from './output.ts'

/** `osferry data list`: what is parked in a store. Reads heads only, no data. */
export const dataList = defineCommand({
  path: 'data list',
  details: {
    en: 'Lists what is parked in a store: whole artifacts, those that were begun and never finished, and those that are not what their head says. Neither the data nor the lists of its files are read; osferry data verify does that.',
    zh: '列出存档库中的内容：完整的存档、已开始但未完成的存档，以及与其描述不符的存档。不读取数据及其文件清单；如需读取请用 osferry data verify。',
  },
  settings: ['store'],
  examples: ['osferry data list', 'osferry data list --store nas -o json'],
  async run(context) {
    const store = await openStore(context)
    const rows: ArtifactRow[] = []
    for await (const artifact of parkedArtifacts(store, { signal: context.signal }))
      rows.push(rowOf(context, artifact))
    const exit = exitOf(context, rows, store.name)
    await printListIfAny(context, {
      items: rows,
      name: ({ artifact }) => artifact.id,
      data: rowData,
      exit,
      columns: artifactColumns(context, ['id', 'state', 'node', 'source', 'size', 'age']),
    })
    tellExit(context, exit)
    return exit
  },
})

function exitOf({ say }: CommandContext, rows: readonly ArtifactRow[], store: string): CommandExit {
  if (rows.length === 0)
    return { ...done, reason: say({ en: `nothing is parked in ${store}`, zh: `${store} 中没有存档` }) }
  const size = byteText(rows.reduce((sum, { artifact }) => sum + storedBytes(artifact), 0))
  const damaged = rows.filter(({ state }) => state === 'damaged').map(({ artifact }) => artifact.id)
  if (damaged.length === 0)
    return { ...done, reason: say({ en: `${size} in ${store}`, zh: `${store} 共 ${size}` }) }
  return {
    code: 2,
    reason: say({ en: `damaged: ${damaged.join(', ')}`, zh: `已损坏：${damaged.join('、')}` }),
    next: [`osferry data verify ${damaged.join(' ')}`],
  }
}
