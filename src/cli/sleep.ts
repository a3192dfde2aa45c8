import { setTimeout } from 'node:timers/promises'
import type { Wait } from '../steps/wake.ts'

/** Waits by the timers of this process. */
export const sleep: Wait = async (ms, signal) => await setTimeout(ms, undefined, { signal })
