import { z } from 'zod'
import { ParkedImage } from '../model/image-port.ts'
import type { JournalEvent } from '../model/journal-record.ts'
import { PlannedImagesPark } from '../model/parameters-migrate.ts'
import type { RunState } from '../model/run-state.ts'
import type { StepName } from '../model/step-names.ts'
import type { Text } from '../model/text.ts'
import { ParkMemory } from '../steps/parked-data.ts'
import { nodeStatusTexts } from './messages-runs.ts'

/** One archive that a run has made, as its journal tells. */
export interface ParkedPiece {
  node: string
  /** As the plan names it. */
  store: string
  /** `RUN/NODE/VOLUME`. */
  id: string
  /** Of the stored bytes of a directory; of an image what is known is its configuration. */
  sha256: string | undefined
  config: string | undefined
  /** Why it may still be needed; undefined = what it holds is on its node again, and that was verified. */
  whyKept: Text | undefined
}

const Images = z.object({ place: PlannedImagesPark, images: z.array(ParkedImage) })
const restores: Partial<Record<StepName, StepName>> = {
  'data.park': 'data.restore',
  'images.park': 'images.restore',
}

/** Every archive of a run in the order of its nodes, those of earlier tries too; what is in a registry is no archive. */
export function parkedOfRun(state: RunState, events: Iterable<JournalEvent>): ParkedPiece[] {
  const pieces = new Map<string, ParkedPiece & { uses: StepName }>()
  const open = new Map<string, Set<StepName>>()
  for (const { node, body } of events) {
    if (node === null || body.type !== 'step-done') continue
    const { uses, result } = body
    const unverified = open.get(node) ?? new Set()
    open.set(node, unverified)
    if (restores[uses] !== undefined) {
      unverified.add(uses)
      for (const piece of piecesOf(result))
        pieces.set(`${piece.store}\n${piece.id}`, { ...piece, node, uses, whyKept: undefined })
    }
    for (const [parks, verifies] of Object.entries(restores))
      if (uses === verifies) unverified.delete(parks as StepName)
  }
  const order = [...state.nodes.keys()]
  return [...pieces.values()]
    .map(({ uses, ...piece }) => ({
      ...piece,
      whyKept: whyKept(state, piece.node, open.get(piece.node)?.has(uses) !== false),
    }))
    .sort((a, b) => order.indexOf(a.node) - order.indexOf(b.node))
}

type Piece = Pick<ParkedPiece, 'store' | 'id' | 'sha256' | 'config'>

function piecesOf(result: Readonly<Record<string, unknown>>): Piece[] {
  const data = ParkMemory.safeParse(result).data
  if (data !== undefined)
    return data.archives.map(({ id, sha256 }) => ({ store: data.store, id, sha256, config: undefined }))
  const images = Images.safeParse(result).data
  const { store, to } = images?.place ?? {}
  if (images === undefined || to !== 'archive' || store === undefined) return []
  return images.images.map(({ kept, config }) => ({ store, id: kept, sha256: undefined, config }))
}

function whyKept({ nodes }: RunState, name: string, isOpen: boolean): Text | undefined {
  const { status } = nodes.get(name) ?? {}
  if (status === undefined) return { en: `the run has no node ${name}`, zh: `该运行没有节点 ${name}` }
  if (status !== 'done') {
    const { en, zh } = nodeStatusTexts[status]
    return { en: `${name} is not done (${en})`, zh: `${name} 尚未完成（${zh}）` }
  }
  return isOpen
    ? { en: `nobody has verified that it is on ${name} again`, zh: `未核实它已恢复到 ${name}` }
    : undefined
}
