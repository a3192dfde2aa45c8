import type { Hold } from '../migrate/admission.ts'
import type { Text } from '../model/text.ts'

/** What the next start waits for, in a line. */
export function holdText(hold: Hold): Text {
  switch (hold.for) {
    case 'window':
      return { en: `waits: ${hold.message}`, zh: `等待：${hold.message}` }
    case 'soak':
      return { en: `rests until ${hold.until}`, zh: `静置至 ${hold.until}` }
    case 'pause':
      return { en: `paused: ${hold.reason.en}`, zh: `已暂停：${hold.reason.zh}` }
    case 'gate': {
      const gates = hold.gates
        .map(({ gate, outcome, message }) => `${gate} (${outcome}): ${message}`)
        .join('; ')
      return { en: `waits for the gate ${gates}`, zh: `等待关卡 ${gates}` }
    }
    default:
      return hold satisfies never
  }
}
