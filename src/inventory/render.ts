import { Document, isMap, isSeq, visit } from 'yaml'
import type { Inventory } from '../model/inventory.ts'

export interface RenderOptions {
  /** Lines put on top as comments, for example where it was imported from. */
  comment?: readonly string[]
}

const top = ['schema', 'defaults', 'groups', 'jumpHosts', 'hosts'] as const

/** Inventory/v1 as YAML: stable order, one compact line for labels and settings, a line of help on top. */
export function renderInventory(inventory: Inventory, { comment = [] }: RenderOptions = {}): string {
  const ordered = Object.fromEntries(
    top.flatMap((key) => (inventory[key] === undefined ? [] : [[key, inventory[key]]])),
  )
  const document = new Document(ordered, { version: '1.2', aliasDuplicateObjects: false })
  document.commentBefore = [
    ' Hosts for osferry (inventory/v1). Ranges: node[01-50].prod. Settings: host over group over defaults.',
    ...comment.map((line) => ` ${line.replaceAll(/[\r\n]+/g, ' ')}`),
  ].join('\n')
  visit(document, {
    Pair(_, pair) {
      const key = String(pair.key)
      const isSmall = ['labels', 'ssh', 'groups', 'children'].includes(key)
      if (isSmall && (isMap(pair.value) || isSeq(pair.value)) && !holdsGroups(pair.value))
        pair.value.flow = true
    },
  })
  return document.toString({ lineWidth: 0, flowCollectionPadding: true })
}

/** The top-level `groups` mapping holds mappings: it stays in block form. */
function holdsGroups(value: unknown): boolean {
  return isMap(value) && value.items.some((pair) => isMap(pair.value))
}
