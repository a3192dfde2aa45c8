import type { Text } from './text.ts'

/** How the order of fixing is put into words: the same in the terminal, the wizard and the reports. */
export const fixWords = {
  title: { en: 'Fix these first', zh: '优先修复' },
  blocks: { en: 'Blocks', zh: '阻断' },
  thenUnblocked: { en: 'Then unblocked', zh: '累计解除阻断' },
  note: {
    en: 'Blocks: hosts that the check blocks. Then unblocked: hosts no longer blocked once it and those above it for the same target are fixed.',
    zh: '阻断：被该检查项阻断的主机数。累计解除阻断：修复该项及同一目标下它上面的各项后，不再被阻断的主机数。',
  },
} as const satisfies Record<string, Text>

/** `3 of 7`. */
export function ofTotal(count: number, total: number): Text {
  return { en: `${count} of ${total}`, zh: `${total} 台中 ${count} 台` }
}
