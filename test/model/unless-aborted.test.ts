import { describe, expect, it } from 'vitest'
import { unlessAborted } from '../../src/model/unless-aborted.ts'

const never = Promise.withResolvers<never>().promise

describe('unlessAborted', () => {
  it('gives the outcome of the promise, whatever becomes of the signal afterwards', async () => {
    const abort = new AbortController()
    let left = 0
    const onAbort = (): unknown => (left += 1)
    expect(await unlessAborted(Promise.resolve('done'), abort.signal, onAbort)).toBe('done')
    const failed = unlessAborted(Promise.reject(new Error('broken')), abort.signal, onAbort)
    await expect(failed).rejects.toThrow('broken')
    abort.abort()
    expect(left).toBe(0)
  })

  it('gives up with the reason of the signal, also of one that had aborted before', async () => {
    const abort = new AbortController()
    const waiting = unlessAborted(never, abort.signal)
    abort.abort(new Error('enough'))
    await expect(waiting).rejects.toThrow('enough')
    await expect(unlessAborted(never, abort.signal)).rejects.toThrow('enough')
  })

  it('gives up with another error where the caller has one', async () => {
    const waiting = unlessAborted(never, AbortSignal.abort(), () => new Error('host-1: interrupted'))
    await expect(waiting).rejects.toThrow('host-1: interrupted')
  })
})
