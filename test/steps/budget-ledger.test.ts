import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createBudgetLedger } from '../../src/steps/budget-ledger.ts'
import { drainBudget } from './make-drain.ts'

const key = 'shop/web'

describe('budget ledger', () => {
  it('counts what was sent until an event counts it', () => {
    const ledger = createBudgetLedger()
    ledger.onBudget(drainBudget({ allowed: 2 }))
    ledger.onSent(key, { uid: 'a', name: 'web-a' })
    expect(ledger.credits(key, 0)).toBe(1)
    // An older event, of another pod's recovery, changes nothing about what is on its way.
    ledger.onBudget(drainBudget({ resourceVersion: '2', allowed: 2 }))
    expect(ledger.credits(key, 0)).toBe(1)
    ledger.onBudget(drainBudget({ resourceVersion: '3', allowed: 1, disruptedPods: ['web-a'] }))
    expect(ledger.credits(key, 0)).toBe(1)
    ledger.onBudget(drainBudget({ resourceVersion: '4', allowed: 2 }))
    expect(ledger.credits(key, 0)).toBe(2)
  })

  it('gives back what cost nothing', () => {
    const ledger = createBudgetLedger()
    ledger.onBudget(drainBudget())
    ledger.onSent(key, { uid: 'a', name: 'web-a' })
    ledger.onRefused(key, 'a')
    expect(ledger.credits(key, 0)).toBe(1)
  })

  it('counts with the next event what it has seen ending, when the event that told so was missed', () => {
    const ledger = createBudgetLedger()
    ledger.onBudget(drainBudget())
    ledger.onSent(key, { uid: 'a', name: 'web-a' })
    ledger.onEnding('a', 0)
    expect(ledger.credits(key, 0)).toBe(0)
    ledger.onBudget(drainBudget({ resourceVersion: '9' }))
    expect(ledger.credits(key, 0)).toBe(1)
  })

  it('does not wait for an event that was missed in a new list', () => {
    const ledger = createBudgetLedger()
    ledger.onBudget(drainBudget())
    ledger.onSent(key, { uid: 'a', name: 'web-a' })
    ledger.onEnding('a', 1000)
    expect([ledger.credits(key, 5999), ledger.credits(key, 6000)]).toEqual([0, 1])
    expect(ledger.changesAtMs(key)).toEqual([6000])
  })

  it('is closed after a refusal until an event or the time for one try', () => {
    const ledger = createBudgetLedger()
    ledger.onBudget(drainBudget({ allowed: 3 }))
    ledger.onClosed(key, 30_000)
    expect([ledger.credits(key, 29_999), ledger.credits(key, 30_000)]).toEqual([0, 1])
    // The same version told again, after a new list, is no news.
    ledger.onBudget(drainBudget({ allowed: 3 }))
    expect(ledger.credits(key, 0)).toBe(0)
    ledger.onBudget(drainBudget({ allowed: 3, resourceVersion: '2' }))
    expect(ledger.credits(key, 0)).toBe(3)
  })

  it('gives nothing while the controller has not seen the spec', () => {
    const ledger = createBudgetLedger()
    ledger.onBudget(drainBudget({ isCurrent: false, allowed: 5 }))
    expect(ledger.credits(key, 0)).toBe(0)
  })

  it('never goes below zero, and never lets more be on the way than the server allows', () => {
    // A server with a budget: each step sends within the credits, answers one, delivers an event, or heals a pod.
    const step = fc.constantFrom('send', 'answer', 'event', 'end', 'heal')
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 5 }), fc.array(step, { maxLength: 200 }), (limit, steps) => {
        const ledger = createBudgetLedger()
        let allowed = limit
        let version = 1
        let count = 0
        const disrupted = new Set<string>()
        const posted: string[] = []
        const ending: string[] = []
        const events: ReturnType<typeof drainBudget>[] = []
        const change = (): void => {
          version += 1
          events.push(
            drainBudget({ allowed, disruptedPods: [...disrupted], resourceVersion: String(version) }),
          )
        }
        change()
        ledger.onBudget(events.shift() ?? drainBudget())
        let away = 0
        let lowest = 0
        for (const now of steps) {
          if (now === 'send' && ledger.credits(key, 0) >= 1) {
            count += 1
            ledger.onSent(key, { uid: `${count}`, name: `${count}` })
            posted.push(`${count}`)
          }
          const name = now === 'answer' ? posted.shift() : undefined
          if (name !== undefined) {
            allowed -= 1
            lowest = Math.min(lowest, allowed)
            away += 1
            disrupted.add(name)
            change()
            ending.push(name)
          }
          if (now === 'event') {
            const event = events.shift()
            if (event !== undefined) ledger.onBudget(event)
          }
          const ended = now === 'end' ? ending.shift() : undefined
          if (ended !== undefined) {
            disrupted.delete(ended)
            change()
          }
          if (now === 'heal' && away > disrupted.size) {
            away -= 1
            allowed += 1
            change()
          }
          lowest = Math.min(lowest, ledger.credits(key, 0))
        }
        expect(lowest).toBe(0)
      }),
    )
  })
})
