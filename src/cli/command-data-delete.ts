import type { ArtifactStore } from '../model/artifact-port.ts'
import { byteText } from '../model/byte-text.ts'
import { MigrationError } from '../model/errors.ts'
import { fewNames } from '../model/few-names.ts'
import { runState } from '../model/run-state.ts'
import { storedBytes } from './artifact-rows.ts'
import { confirm } from './confirm.ts'
import type { CommandContext } from './context.ts'
import { defineCommand, done, type CommandExit } from './define-command.ts'
import { deletePiece, findPiece, type StoredPiece } from './delete-parked.ts'
import { withRun } from './find-run.ts'
import { deletedTexts, deletionColumns, type DeletionState } from './messages-data.ts'
import { isForPeople, printListIfAny, tellExit } from './output.ts'
import { parkedOfRun, type ParkedPiece } from './parked-of-run.ts'
import { openPlanStore } from './plan-store.ts'
import { runArgument } from './run-answer.ts'

/** `osferry data delete RUN [NODE...]`: takes archives out of their stores whose data is on its node again. */
export const dataDelete = defineCommand({
  path: 'data delete',
  details: {
    en: 'Deletes what a run has parked of its nodes, by its journal: of nodes that are done, and whose data was put back and verified. Everything else stays, and a node that is named and not done is refused. Nothing can be brought back. --dry-run shows what would go.',
    zh: '按运行日志删除该运行为其节点保存的存档：仅限已完成、且数据已放回并核实的节点。其余存档一律保留；若指定的节点尚未完成，则拒绝执行。删除后无法恢复。--dry-run 只显示将删除的内容。',
  },
  arguments: [
    runArgument,
    {
      name: 'node',
      many: true,
      optional: true,
      text: { en: 'nodes of the run; all of them when left out', zh: '该运行的节点，省略时为全部' },
    },
  ],
  flags: [
    {
      flags: '--dry-run',
      text: { en: 'show what would be deleted, and delete nothing', zh: '只显示将删除的内容' },
    },
  ],
  examples: ['osferry data delete 7k4q9z --dry-run', 'osferry data delete 7k4q9z node-1 node-2 --yes'],
  async run(context, input) {
    const [typed = '', ...names] = input.arguments
    const { run, pieces } = await piecesOf(context, typed, new Set(names))
    const kept = pieces.filter(({ whyKept }) => whyKept !== undefined)
    const found = await findAll(
      context,
      pieces.filter(({ whyKept }) => whyKept === undefined),
    )
    const there = found.filter(({ stored }) => stored !== null)
    const isDry = input.on('--dry-run')
    if (there.length > 0 && !isDry) {
      await confirm(context, {
        question: {
          en: `Delete ${there.length} archives (${sizeOf(there)}) of ${fewNames(nodesOf(there))}, parked by ${run}? They cannot be brought back.`,
          zh: `删除 ${run} 为 ${fewNames(nodesOf(there))} 保存的 ${there.length} 个存档（${sizeOf(there)}）？删除后无法恢复。`,
        },
        answer: { en: 'add --yes', zh: '请加上 --yes' },
      })
      for (const piece of there) await deletePiece(piece, context.signal)
    }
    const rows = [...found.map((piece) => rowOf(piece, isDry)), ...kept.map(keptRow)]
    const exit = exitOf(context, { run, there, kept, isDry })
    await print(context, rows, exit)
    tellExit(context, exit)
    return exit
  },
})

/** The archives of the nodes that are meant. Throws NODE_NOT_FOUND, and DATA_STILL_NEEDED for a node that is named. */
async function piecesOf(
  context: CommandContext,
  typed: string,
  names: ReadonlySet<string>,
): Promise<{ run: string; pieces: ParkedPiece[] }> {
  return await withRun(context, typed, (reader, { id: run }) => {
    const state = runState(run, reader.milestones(run))
    const all = parkedOfRun(state, reader.events(run))
    const stranger = [...names].find((name) => !state.nodes.has(name))
    if (stranger !== undefined)
      throw new MigrationError('NODE_NOT_FOUND', `the run ${run} has no node ${stranger}`, {
        hint: `it has ${fewNames([...state.nodes.keys()])}; osferry runs show ${run} shows all`,
        details: { run },
      })
    const pieces = names.size === 0 ? all : all.filter(({ node }) => names.has(node))
    const needed = names.size === 0 ? undefined : pieces.find(({ whyKept }) => whyKept !== undefined)
    if (needed?.whyKept !== undefined)
      throw new MigrationError('DATA_STILL_NEEDED', `${needed.id}: ${context.say(needed.whyKept)}`, {
        hint: context.say({
          en: `nothing was deleted; osferry runs show ${run} shows the node, osferry runs resume ${run} goes on with it`,
          zh: `没有删除任何内容；osferry runs show ${run} 可查看该节点，osferry runs resume ${run} 可继续处理`,
        }),
        details: { run, node: needed.node },
      })
    return { run, pieces }
  })
}

/** All are found before the first is deleted: a store that is away, or holds something else, leaves everything as it is. */
async function findAll(context: CommandContext, pieces: readonly ParkedPiece[]): Promise<StoredPiece[]> {
  const stores = new Map<string, ArtifactStore>()
  const found: StoredPiece[] = []
  for (const piece of pieces) {
    const store = stores.get(piece.store) ?? (await openPlanStore(context, piece.store))
    stores.set(piece.store, store)
    found.push(await findPiece(store, piece, context.signal))
  }
  return found
}

interface Row extends Pick<ParkedPiece, 'id' | 'node' | 'store' | 'whyKept'> {
  state: DeletionState
  /** Null of what was not looked at. */
  bytes: number | null
}

function rowOf({ id, node, store, stored, whyKept }: StoredPiece, isDry: boolean): Row {
  const state = stored === null ? 'gone' : isDry ? 'to-delete' : 'deleted'
  return { id, node, store, whyKept, state, bytes: stored === null ? 0 : storedBytes(stored) }
}

function keptRow({ id, node, store, whyKept }: ParkedPiece): Row {
  return { id, node, store, whyKept, state: 'kept', bytes: null }
}

async function print(context: CommandContext, rows: readonly Row[], exit: CommandExit): Promise<void> {
  const { say } = context
  const forPeople = isForPeople(context)
  const size = (bytes: number | null): string =>
    bytes === null ? (forPeople ? '-' : '') : forPeople ? byteText(bytes) : String(bytes)
  const { id, node, store, size: sizeTitle, state, why } = deletionColumns
  await printListIfAny(context, {
    items: rows,
    name: (row) => row.id,
    data: ({ bytes, whyKept, ...row }) => ({
      ...row,
      storedBytes: bytes,
      why: whyKept === undefined ? '' : say(whyKept),
    }),
    exit,
    columns: [
      { key: 'id', title: id, value: (row) => row.id, wrap: true },
      { key: 'node', title: node, value: (row) => row.node, wide: true },
      { key: 'store', title: store, value: (row) => row.store, wide: true },
      { key: 'size', title: sizeTitle, value: ({ bytes }) => size(bytes), number: true },
      { key: 'state', title: state, value: (row) => (forPeople ? say(deletedTexts[row.state]) : row.state) },
      {
        key: 'why',
        title: why,
        value: ({ whyKept }) => (whyKept === undefined ? (forPeople ? '-' : '') : say(whyKept)),
        wrap: true,
      },
    ],
  })
}

function exitOf(
  { say }: CommandContext,
  seen: { run: string; there: readonly StoredPiece[]; kept: readonly ParkedPiece[]; isDry: boolean },
): CommandExit {
  const { run, there, kept, isDry } = seen
  const count = there.length
  const size = sizeOf(there)
  const first =
    count === 0
      ? say({ en: `nothing of ${run} is left to delete`, zh: `${run} 没有可删除的存档` })
      : isDry
        ? say({ en: `${count} archives (${size}) would be deleted`, zh: `将删除 ${count} 个存档（${size}）` })
        : say({ en: `${count} archives (${size}) were deleted`, zh: `已删除 ${count} 个存档（${size}）` })
  const rest =
    kept.length === 0
      ? ''
      : say({
          en: `; ${kept.length} stay, of ${fewNames(nodesOf(kept))}`,
          zh: `；保留 ${kept.length} 个，属于 ${fewNames(nodesOf(kept))}`,
        })
  return { ...done, reason: `${first}${rest}` }
}

function nodesOf(pieces: readonly Pick<ParkedPiece, 'node'>[]): string[] {
  return [...new Set(pieces.map(({ node }) => node))]
}

function sizeOf(pieces: readonly StoredPiece[]): string {
  return byteText(pieces.reduce((sum, { stored }) => sum + (stored === null ? 0 : storedBytes(stored)), 0))
}
