import type { Inventory, InventoryGroup, Labels, SshSettings } from '../model/inventory.ts'
import type { Text } from '../model/text.ts'

/** Where a thing was written: file and 1-based line. */
export interface Place {
  file: string
  line: number
}

/** One host as a foreign inventory describes it. */
export interface ImportedHost {
  name: string
  address?: string
  groups: string[]
  labels: Labels
  ssh: SshSettings
  place: Place
}

/** What one source gave. */
export interface ImportedSource {
  hosts: ImportedHost[]
  /** Only what groups contain; settings are worked out for each host. */
  groups: Record<string, InventoryGroup>
  /** Hosts that are only jumped through. */
  jumpHosts?: NonNullable<Inventory['jumpHosts']>
  notes: ImportNote[]
}

/** Something that an import left out or changed, told once with how often and where first. */
export interface ImportNote {
  text: Text
  times: number
  first: Place
}

/** Collects notes; the same text is counted, not repeated. */
export function createNotes(): { add(text: Text, place: Place): void; list(): ImportNote[] } {
  const notes = new Map<string, ImportNote>()
  return {
    add(text, place) {
      const known = notes.get(text.en)
      if (known) known.times += 1
      else notes.set(text.en, { text, times: 1, first: place })
    },
    list: () => [...notes.values()],
  }
}

export type Notes = ReturnType<typeof createNotes>

const labelNames: Readonly<Record<string, readonly string[]>> = {
  zone: ['zone', 'az', 'availabilityzone', 'failuredomain', '可用区', '可用域', '机房'],
  role: ['role', 'noderole', 'hostrole', 'serverrole', '角色', '用途'],
  businessUnit: [
    'bu',
    'businessunit',
    'businessline',
    'business',
    '业务线',
    '业务',
    '业务部门',
    '事业部',
    '部门',
  ],
  owner: ['owner', 'contact', 'maintainer', '负责人', '责任人', '运维负责人', '管理员'],
}

/** The label that a column or variable of this name means (`业务线` -> `businessUnit`), or undefined. */
export function labelFor(name: string): string | undefined {
  const plain = name
    .trim()
    .toLowerCase()
    .replaceAll(/[\s_.-]/g, '')
  return Object.keys(labelNames).find((label) => labelNames[label]?.includes(plain))
}

/** A label key from any text: what LabelKey does not allow becomes `_`; undefined when nothing is left. */
export function toLabelKey(name: string): string | undefined {
  const key = name
    .trim()
    .replaceAll(/[^A-Za-z0-9._/-]+/g, '_')
    .replace(/^[^A-Za-z0-9]+/, '')
    .slice(0, 128)
  return key === '' ? undefined : key
}
