import { expect, it } from 'vitest'
import { sharedLooks } from '../../src/cli/shared-looks.ts'

it('lets all who ask during a look share the next one, and shows nobody what is older than the question', async () => {
  const looks: PromiseWithResolvers<void>[] = []
  const ask = sharedLooks(async () => {
    const number = looks.push(Promise.withResolvers())
    await looks[number - 1]?.promise
    return number
  })
  const { signal } = new AbortController()
  const first = ask(signal)
  await expect.poll(() => looks.length).toBe(1)
  const later = [ask(signal), ask(signal)]
  looks[0]?.resolve()
  expect(await first).toBe(1)
  await expect.poll(() => looks.length).toBe(2)
  looks[1]?.resolve()
  expect(await Promise.all(later)).toEqual([2, 2])
})

it('goes on after a look that failed, and lets those go who do not want to wait', async () => {
  let tries = 0
  const ask = sharedLooks(async () => {
    tries += 1
    if (tries === 1) throw new Error('away')
    return await Promise.resolve(tries)
  })
  const left = new AbortController()
  const { signal } = new AbortController()
  await expect(ask(signal)).rejects.toThrow('away')
  const leaving = ask(left.signal)
  left.abort(new Error('gone'))
  await expect(leaving).rejects.toThrow('gone')
  expect(await ask(signal)).toBeGreaterThan(1)
})
