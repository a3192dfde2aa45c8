import type { KernelLine } from '../model/kernel.ts'
import { kernelLines } from '../model/kernel.ts'
import type { Target } from '../model/target.ts'
import type { Text } from '../model/text.ts'

/** How a line (target with kernel) is called: in a sentence, as a title, and short; kernel lines are unique to their target. */
export const lineNames: Readonly<
  Record<KernelLine, { target: Target; long: Text; title: string; short: string }>
> = {
  'rhck-4.18': {
    target: 'anolis-rhck',
    long: { en: 'Anolis OS 8 with the RHCK 4.18 kernel', zh: 'Anolis OS 8（RHCK 4.18 内核）' },
    title: 'Anolis OS 8 · RHCK 4.18',
    short: 'RHCK 4.18',
  },
  'anck-4.19': {
    target: 'anolis-anck',
    long: { en: 'Anolis OS 8 with the ANCK 4.19 kernel', zh: 'Anolis OS 8（ANCK 4.19 内核）' },
    title: 'Anolis OS 8 · ANCK 4.19',
    short: 'ANCK 4.19',
  },
  'anck-5.10': {
    target: 'anolis-anck',
    long: { en: 'Anolis OS 8 with the ANCK 5.10 kernel', zh: 'Anolis OS 8（ANCK 5.10 内核）' },
    title: 'Anolis OS 8 · ANCK 5.10',
    short: 'ANCK 5.10',
  },
  containeros: {
    target: 'containeros',
    long: { en: 'ContainerOS', zh: 'ContainerOS' },
    title: 'ContainerOS',
    short: 'ContainerOS',
  },
}

/** Orders lines as people read them: in place with the known kernel first, new system last. */
export function compareLines(a: KernelLine, b: KernelLine): number {
  return kernelLines.indexOf(a) - kernelLines.indexOf(b)
}
