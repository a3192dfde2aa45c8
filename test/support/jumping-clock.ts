import { readFileSync } from 'node:fs'

/**
 * Loaded before the built command line (`node --import`): the clock on the wall is so many milliseconds off as the file
 * CLOCK_JUMPS_BY says, from the moment that somebody writes it. The clock that never jumps goes on as it is.
 */
const file = process.env['CLOCK_JUMPS_BY']
if (file !== undefined) {
  const RealDate = Date
  const offsetMs = (): number => {
    try {
      return Number(readFileSync(file, 'utf8')) || 0
    } catch {
      return 0
    }
  }
  const now = (): number => RealDate.now() + offsetMs()
  globalThis.Date = new Proxy(RealDate, {
    construct: (target, args: [], newTarget: typeof RealDate): Date =>
      Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget) as Date,
    get: (target, key): unknown => (key === 'now' ? now : (Reflect.get(target, key) as unknown)),
  })
}
