import type { ParkedArtifact } from '../artifacts/parked-artifacts.ts'
import { byteText } from '../model/byte-text.ts'
import type { Text } from '../model/text.ts'
import { ageText } from './age-text.ts'
import type { CommandContext } from './context.ts'
import { damageTexts, dataColumns, stateTexts, type ArtifactState } from './messages-data.ts'
import { isForPeople, type Column } from './output.ts'

/** One artifact of a list, with what was found out about it. */
export interface ArtifactRow {
  artifact: ParkedArtifact
  state: ArtifactState
  /** In the reader's language; '' when there is nothing to say. */
  why: string
}

/** The row of an artifact by what its store lists, without reading its data. */
export function rowOf({ say }: CommandContext, artifact: ParkedArtifact): ArtifactRow {
  const { head, damage } = artifact
  if (damage !== null)
    return {
      artifact,
      state: damage === 'head-newer' ? 'unread' : 'damaged',
      why: say(damageTexts[damage]),
    }
  return { artifact, state: head === null ? 'begun' : 'whole', why: '' }
}

/** Bytes that it takes in the store. */
export function storedBytes({ objects }: ParkedArtifact): number {
  return objects.reduce((sum, { bytes }) => sum + bytes, 0)
}

/** What the JSON forms hold of a row. */
export function rowData({ artifact, state, why }: ArtifactRow): Readonly<Record<string, unknown>> {
  const { id, head, damage } = artifact
  return { id, state, damage, why, node: nodeOf(artifact), storedBytes: storedBytes(artifact), head }
}

/** Columns, those named by `keys` and in their order. */
export function artifactColumns(
  context: CommandContext,
  keys: readonly (keyof typeof dataColumns)[],
): readonly Column<ArtifactRow>[] {
  const { say, clock } = context
  const forPeople = isForPeople(context)
  const dash = (text: string): string => (text === '' && forPeople ? '-' : text)
  const nowMs = Date.parse(clock.now())
  const values: Readonly<Record<keyof typeof dataColumns, (row: ArtifactRow) => string>> = {
    id: ({ artifact }) => artifact.id,
    state: ({ state }) => (forPeople ? say(stateTexts[state]) : state),
    node: ({ artifact }) => nodeOf(artifact),
    source: ({ artifact }) => dash(artifact.head?.source ?? ''),
    size: ({ artifact }) => (forPeople ? byteText(storedBytes(artifact)) : String(storedBytes(artifact))),
    age: ({ artifact }) => {
      const createdAt = artifact.head?.createdAt ?? ''
      return forPeople && createdAt !== '' ? ageText(nowMs - Date.parse(createdAt)) : dash(createdAt)
    },
    why: ({ why }) => dash(why),
  }
  return keys.map((key) => ({
    key,
    title: dataColumns[key] satisfies Text,
    value: values[key],
    number: key === 'size',
    wrap: key === 'id' || key === 'why',
  }))
}

/** Of what was only begun it is a part of the id. */
function nodeOf({ id, head }: ParkedArtifact): string {
  return head?.node ?? id.split('/')[1] ?? ''
}
