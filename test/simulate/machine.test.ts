import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { machineFaults } from '../../src/simulate/machine-spans.ts'
import { cancel, goBack, machineAt, provision, type Machine } from '../../src/simulate/machine.ts'

const hourMs = 3_600_000

function machine(more: Partial<Machine['spec']> = {}): Machine {
  return { spec: { name: 'node-01', seed: 1, speed: 1, ...more }, orders: [] }
}

function installed(spec: Partial<Machine['spec']> = {}, nowMs = 0): Machine {
  return provision(machine(spec), { token: 't', target: 'containeros', nowMs }).machine
}

/** The stages in their order, with the times at which they begin. */
function stages(of: Machine): { stage: string | undefined; isOn: boolean; generation: number }[] {
  const seen = []
  for (let nowMs: number | undefined = 0; nowMs !== undefined;) {
    const { installation, isOn, generation, untilMs } = machineAt(of, nowMs)
    seen.push({ stage: installation?.stage, isOn, generation })
    nowMs = untilMs
  }
  return seen
}

describe('a simulated machine', () => {
  it('runs its old system until it is asked for another one, and lasts so', () => {
    const state = machineAt(machine(), hourMs)
    expect(state).toMatchObject({ isOn: true, generation: 0, untilMs: undefined, installation: undefined })
    expect(state.system.osImage).toBe('CentOS Linux 8')
    expect(state.machineId).toMatch(/^[0-9a-f]{32}$/)
    expect(state.bootId).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  })

  it('goes through its stages, off while it is installed, and comes back as another installation of the same hardware', () => {
    const moved = installed()
    expect(stages(moved)).toEqual([
      { stage: 'accepted', isOn: true, generation: 0 },
      { stage: 'installer', isOn: false, generation: 0 },
      { stage: 'first-boot', isOn: false, generation: 1 },
      { stage: 'done', isOn: true, generation: 1 },
    ])
    const [before, after] = [machineAt(machine(), 0), machineAt(moved, hourMs)]
    expect(after.system.osRelease).toContain('ID="lifsea"')
    expect(after.machineId).not.toBe(before.machineId)
    expect(after.bootId).not.toBe(before.bootId)
    expect(after.productUuid).toBe(before.productUuid)
  })

  it('installs once for one token, whenever it is asked again', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: hourMs }), fc.integer(), (nowMs, seed) => {
        const moved = installed({ seed })
        const again = provision(moved, { token: 't', target: 'containeros', nowMs })
        expect(again).toEqual({ taken: 'known', machine: moved })
      }),
    )
  })

  it('takes nobody else in while it is installed, and installs for another token afterwards', () => {
    const moved = installed()
    const other = { token: 'u', target: 'anolis-rhck' } as const
    expect(provision(moved, { ...other, nowMs: 1 }).taken).toBe('busy')
    const second = provision(moved, { ...other, nowMs: hourMs })
    expect(second.taken).toBe('accepted')
    expect(machineAt(second.machine, 2 * hourMs)).toMatchObject({ generation: 2, isOn: true })
  })

  it('refuses before anything is done when its disk is not fit', () => {
    const asked = provision(machine({ fault: 'refused' }), { token: 't', target: 'containeros', nowMs: 0 })
    expect(asked.taken).toBe('refused')
    expect(asked.machine.orders).toEqual([])
  })

  it('boots its old system when an installation fails before anything is written, and is installed by the next try', () => {
    const failed = installed({ fault: 'fails-once' })
    expect(stages(failed).at(-1)).toEqual({ stage: 'failed', isOn: true, generation: 0 })
    const [before, after] = [machineAt(machine(), 0), machineAt(failed, hourMs)]
    expect(after.machineId).toBe(before.machineId)
    expect(after.bootId).not.toBe(before.bootId)
    const again = provision(failed, { token: 't', target: 'containeros', nowMs: hourMs })
    expect(again.taken).toBe('accepted')
    expect(machineAt(again.machine, 2 * hourMs)).toMatchObject({ generation: 1, isOn: true })
  })

  it('stays off for ever when it never comes back', () => {
    const lost = machineAt(installed({ fault: 'never-back' }), 1000 * hourMs)
    expect(lost).toMatchObject({ isOn: false, untilMs: undefined, installation: { stage: 'first-boot' } })
  })

  it('is given back until its disk is written', () => {
    const moved = installed()
    const offMs = machineAt(moved, 0).untilMs!
    const writtenMs = machineAt(moved, offMs).untilMs!
    const early = cancel(moved, { token: 't', nowMs: offMs - 1 })
    expect([early.taken, machineAt(early.machine, hourMs).bootId]).toEqual([
      'cancelled',
      machineAt(moved, 0).bootId,
    ])
    const later = cancel(moved, { token: 't', nowMs: writtenMs - 1 })
    expect([later.taken, stages(later.machine).at(-1)]).toEqual([
      'cancelled',
      { stage: 'cancelled', isOn: true, generation: 0 },
    ])
    expect(cancel(moved, { token: 't', nowMs: writtenMs }).taken).toBe('too-late')
    expect(cancel(moved, { token: 'u', nowMs: 0 }).taken).toBe('nothing')
    expect(provision(early.machine, { token: 't', target: 'containeros', nowMs: hourMs }).taken).toBe(
      'accepted',
    )
  })

  it('boots its old disk again when it is asked to go back, as the installation that it was', () => {
    const moved = installed()
    const back = goBack(moved, { token: 'b', target: 'containeros', nowMs: hourMs })
    expect(back.taken).toBe('accepted')
    expect(stages(back.machine).slice(-2)).toEqual([
      { stage: 'going-back', isOn: false, generation: 1 },
      { stage: 'back', isOn: true, generation: 0 },
    ])
    const [before, after] = [machineAt(machine(), 0), machineAt(back.machine, 2 * hourMs)]
    expect([after.system, after.machineId]).toEqual([before.system, before.machineId])
    expect(new Set([before.bootId, machineAt(moved, hourMs).bootId, after.bootId]).size).toBe(3)
    const again = goBack(back.machine, { token: 'b', target: 'containeros', nowMs: 2 * hourMs })
    expect(again).toEqual({ taken: 'known', machine: back.machine })
    expect(cancel(back.machine, { token: 'b', nowMs: hourMs }).taken).toBe('nothing')
  })

  it('is installed once more after it went back, by another token only', () => {
    const back = goBack(installed(), { token: 'b', target: 'containeros', nowMs: hourMs }).machine
    const order = { target: 'containeros', nowMs: 2 * hourMs } as const
    expect(provision(back, { ...order, token: 't', nowMs: hourMs }).taken).toBe('known')
    expect(provision(back, { ...order, token: 'u', nowMs: hourMs }).taken).toBe('busy')
    expect(provision(back, { ...order, token: 't' }).taken).toBe('known')
    const again = provision(back, { ...order, token: 'u' })
    expect([again.taken, machineAt(again.machine, 3 * hourMs).generation]).toEqual(['accepted', 2])
    const twice = goBack(again.machine, { token: 'c', target: 'containeros', nowMs: 3 * hourMs })
    expect(machineAt(twice.machine, 4 * hourMs)).toMatchObject({ isOn: true, generation: 0 })
  })

  it('has its old system on an empty disk when that is installed anew', () => {
    const order = { token: 'b', target: 'containeros', back: 'empty-disk', nowMs: hourMs } as const
    const back = machineAt(goBack(installed(), order).machine, 2 * hourMs)
    const before = machineAt(machine(), 0)
    expect(back).toMatchObject({ isOn: true, system: before.system, generation: 2 })
    expect(back.machineId).not.toBe(before.machineId)
  })

  it('goes back at any moment, whatever is wrong with it, and stays so', () => {
    const faults = fc.constantFrom(undefined, ...machineFaults)
    const moment = fc.integer({ min: 0, max: hourMs })
    fc.assert(
      fc.property(fc.integer(), faults, moment, (seed, fault, nowMs) => {
        const moved = installed({ seed, fault })
        const { machineId } = machineAt(machine({ seed, fault }), 0)
        const { machine: back } = goBack(moved, { token: 'b', target: 'containeros', nowMs })
        expect(machineAt(back, nowMs - 1)).toEqual({
          ...machineAt(moved, nowMs - 1),
          untilMs: expect.toBeOneOf([nowMs, machineAt(moved, nowMs - 1).untilMs]) as number,
        })
        const after = machineAt(back, nowMs + hourMs)
        expect(after).toMatchObject({ isOn: true, generation: 0, machineId, untilMs: undefined })
        expect(after.installation).toEqual({ token: 'b', target: 'containeros', stage: 'back' })
        expect(after.bootId).not.toBe(machineAt(moved, nowMs).bootId)
      }),
    )
  })

  it('has times that its seed decides, shorter by its speed and four times longer when it is slow', () => {
    const lengthMs = (spec: Partial<Machine['spec']>): number => {
      let last = 0
      const moved = installed(spec)
      for (let at: number | undefined = 0; at !== undefined; at = machineAt(moved, at).untilMs) last = at
      return last
    }
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const usual = lengthMs({ seed })
        expect(usual).toBeGreaterThanOrEqual(120_000)
        expect(usual).toBeLessThanOrEqual(315_000)
        expect(lengthMs({ seed })).toBe(usual)
        expect(lengthMs({ seed, speed: 60 })).toBeCloseTo(usual / 60, 3)
        expect(lengthMs({ seed, fault: 'slow' })).toBeCloseTo(usual * 4, 3)
      }),
    )
  })

  it('never has two stages at once, nor one that begins before it was asked for', () => {
    const faults = fc.constantFrom(undefined, ...machineFaults)
    fc.assert(
      fc.property(fc.integer(), faults, fc.integer({ min: 0, max: hourMs }), (seed, fault, nowMs) => {
        const moved = installed({ seed, fault }, nowMs)
        expect(machineAt(moved, nowMs - 1).installation).toBeUndefined()
        for (let at: number | undefined = nowMs; at !== undefined;) {
          const { untilMs } = machineAt(moved, at)
          expect(untilMs === undefined || untilMs > at).toBe(true)
          at = untilMs
        }
      }),
    )
  })
})
