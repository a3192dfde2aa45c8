import type { ProgramNotes } from '../../src/model/left-program.ts'

/** Of a process before which there was none. */
export const noPrograms: ProgramNotes = {
  ready: async () => await Promise.resolve(),
  begins: async () => await Promise.resolve(),
  begun: () => undefined,
  notBegun: () => undefined,
  ended: () => undefined,
  left: () => undefined,
  atWork: async () => await Promise.resolve(undefined),
}
