import { z } from 'zod'

/** Why a node stays cordoned that this run had found without a cordon. */
export const leftCordonedReasons = [
  /** Our cordon was there; the mark that said so is not. */
  'mark-gone',
  /** Somebody was faster than our own cordon. */
  'of-others',
  /** The Node object is a new one, and bears no mark of this run. */
  'new-object',
] as const
export type LeftCordonedReason = (typeof leftCordonedReasons)[number]

/** What a node of a run is told of beside its state, although its step is done. */
export const NodeNote = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('left-cordoned'), why: z.enum(leftCordonedReasons) }),
  z.strictObject({
    kind: z.literal('waits-for-nodes'),
    /** Nodes of the run that are away. */
    nodes: z.array(z.string()),
    /** `Deployment shop/web`: the first of those that are not whole before those nodes are back. */
    objects: z.array(z.string()),
    /** How many there are. */
    count: z.int().min(1),
  }),
  z.strictObject({
    kind: z.literal('registered-otherwise'),
    /** `label rack`: the first of what the new Node object has with another value than people had given the old one. */
    keys: z.array(z.string()).min(1),
    /** How many there are. */
    count: z.int().min(1),
  }),
])
export type NodeNote = z.infer<typeof NodeNote>

const Noted = z.object({ notes: z.array(NodeNote) })

/** The notes in what a step has left in the journal; none when it has left none that can be read. */
export function notesIn(memory: unknown): readonly NodeNote[] {
  return Noted.safeParse(memory).data?.notes ?? []
}

/**
 * Of the notes of a node those that hold still: that something waits for nodes is told for as long as one of them does not take
 * pods again.
 */
export function openNotes(notes: readonly NodeNote[], isAway: (node: string) => boolean): NodeNote[] {
  return notes.filter((note) => note.kind !== 'waits-for-nodes' || note.nodes.some(isAway))
}

/** True for a node that takes no pods although its steps are done. */
export function isLeftCordoned(notes: readonly NodeNote[]): boolean {
  return notes.some(({ kind }) => kind === 'left-cordoned')
}
