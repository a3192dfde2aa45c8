import { damageOf, parkedArtifacts, type ParkedArtifact } from '../artifacts/parked-artifacts.ts'
import type { ArtifactStore } from '../model/artifact-port.ts'
import { isMigrationError } from '../model/errors.ts'
import { artifactColumns, rowData, rowOf, type ArtifactRow } from './artifact-rows.ts'
import type { CommandContext } from './context.ts'
import { startDataProgress, type DataProgress } from './data-progress.ts'
import { defineCommand, done, type CommandExit } from './define-command.ts'
import { findArtifact } from './find-artifact.ts'
import { damageTexts } from './messages-data.ts'
import { openStore } from './open-store.ts'
import { printListIfAny, tellExit } from './output.ts'

/** `osferry data verify`: reads every stored byte, of data and manifests, and compares it with what was parked. */
export const dataVerify = defineCommand({
  path: 'data verify',
  details: {
    en: 'Reads every byte of the parked data and of the lists of its files, and compares size and sha256 with those of the time of parking. Exits 65 when something is damaged and names it, 3 when something could not be read. What was begun and never finished holds no promise: it is listed, and an error only when it was named.',
    zh: '读取存档数据及其文件清单的每个字节，并与存档时的大小和 sha256 比较。若有损坏，以 65 退出并列出名称；若有内容无法读取，以 3 退出。未完成的存档只列出；仅当被指定时才算错误。',
  },
  arguments: [
    {
      name: 'id',
      many: true,
      optional: true,
      text: { en: 'what to verify; everything when left out', zh: '要校验的存档，省略时为全部' },
    },
  ],
  settings: ['store'],
  examples: ['osferry data verify', 'osferry data verify run-1/node-1/data --store nas'],
  async run(context, input) {
    const store = await openStore(context)
    const named = new Set(input.arguments)
    const rows: ArtifactRow[] = []
    const progress = startDataProgress(context)
    try {
      for await (const artifact of chosen(store, [...named], context.signal))
        rows.push(await verified(context, artifact, { store, progress }))
    } finally {
      progress.end()
    }
    const exit = exitOf(context, rows, named)
    await printListIfAny(context, {
      items: rows,
      name: ({ artifact }) => artifact.id,
      data: rowData,
      exit,
      columns: artifactColumns(context, ['id', 'state', 'size', 'why']),
    })
    tellExit(context, exit)
    return exit
  },
})

async function* chosen(
  store: ArtifactStore,
  ids: readonly string[],
  signal: AbortSignal,
): AsyncGenerator<ParkedArtifact> {
  if (ids.length === 0) yield* parkedArtifacts(store, { signal })
  else {
    // A wrong name is told before hours of reading.
    const found: ParkedArtifact[] = []
    for (const id of ids) found.push(await findArtifact(store, id, signal))
    yield* found
  }
}

const unreadable = ['ARTIFACT_STORE_FAILED', 'ARTIFACT_STORE_UNREACHABLE', 'ARTIFACT_STORE_DENIED'] as const

async function verified(
  context: CommandContext,
  artifact: ParkedArtifact,
  { store, progress }: { store: ArtifactStore; progress: DataProgress },
): Promise<ArtifactRow> {
  const { signal, say } = context
  const { id, head } = artifact
  if (head === null) return rowOf(context, artifact)
  const onBytes = (bytes: number): void => progress.show(id, bytes, head.storedBytes)
  try {
    const damage = await damageOf(store, { ...artifact, head }, { signal, onBytes })
    if (damage === null) return { artifact, state: 'whole', why: '' }
    return { artifact: { ...artifact, damage }, state: 'damaged', why: say(damageTexts[damage]) }
  } catch (error) {
    // A disk may give back everything but one file.
    if (!isMigrationError(error, ...unreadable)) throw error
    return { artifact, state: 'unread', why: error.message }
  }
}

function exitOf(
  { say }: CommandContext,
  rows: readonly ArtifactRow[],
  named: ReadonlySet<string>,
): CommandExit {
  const of = (state: ArtifactRow['state']): string[] =>
    rows.filter((row) => row.state === state).map(({ artifact }) => artifact.id)
  const begun = of('begun')
  const bad = [...of('damaged'), ...begun.filter((id) => named.has(id))]
  const whole = say({ en: `${of('whole').length} whole`, zh: `${of('whole').length} 个完整` })
  const parts = [
    ...(bad.length === 0
      ? []
      : [say({ en: `damaged or not finished: ${bad.join(', ')}`, zh: `已损坏或未完成：${bad.join('、')}` })]),
    ...(of('unread').length === 0
      ? []
      : [
          say({
            en: `not readable: ${of('unread').join(', ')}`,
            zh: `无法读取：${of('unread').join('、')}`,
          }),
        ]),
    whole,
    ...(begun.length === 0
      ? []
      : [say({ en: `${begun.length} begun and never finished`, zh: `${begun.length} 个未完成` })]),
  ]
  const code = bad.length > 0 ? 65 : of('unread').length > 0 ? 3 : 0
  return { ...done, code, reason: parts.join(say({ en: '; ', zh: '；' })) }
}
