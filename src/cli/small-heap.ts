import { setFlagsFromString } from 'node:v8'

/**
 * Answers are garbage as soon as they are written. Without these flags V8 lets it grow to several times what is in use
 * before it collects: the heap may grow by a fifth only, and the young generation stays as it is now. The earlier this is
 * called the smaller that is.
 */
export function keepHeapSmall(): void {
  setFlagsFromString('--semi-space-growth-factor=1')
  setFlagsFromString('--heap-growing-percent=20')
}
