import { defineCollector } from '../model/collector.ts'
import { switchOf } from './values.ts'

const pattern = '/sys/kernel/livepatch/*/enabled'

/** Kernel live patches that are loaded. */
export const livePatches = defineCollector({
  fact: 'livePatches',
  set: 'full',
  command: `cat ${pattern}`,
  files: [pattern],
  parse(input) {
    const patches = input
      .matching(pattern)
      .filter((path) => path !== pattern)
      .map((path) => ({ name: path.split('/').at(-2) ?? '', enabled: switchOf(input, path) ?? false }))
    return { patches }
  },
})
