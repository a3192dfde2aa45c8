import type { ProgramNotes } from '../../src/model/left-program.ts'

/** Of a process before which there was none. */
export const noPrograms: ProgramNotes = {
  begun: () => undefined,
  ended: () => undefined,
  atWork: async () => await Promise.resolve(undefined),
}
