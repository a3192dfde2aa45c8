import { describe, expect, it } from 'vitest'
import { Owner, ownerState, thisProcess } from '../../src/journal/owner.ts'

const firstNamespace = 'pid:[4026531836]'
const me = thisProcess('ops@test', '2026-11-21T08:00:00.000Z')
const plain = { ...me, pidNamespace: firstNamespace, machineId: 'a'.repeat(32) }

describe('the owner of a journal', () => {
  it('is described by what survives in a file', () => {
    expect(Owner.parse(JSON.parse(JSON.stringify(me)))).toEqual(me)
    expect(me).toMatchObject({ pid: process.pid, startedTicks: expect.stringMatching(/^\d+$/) })
    expect(thisProcess('ops@test', me.since).token).not.toBe(me.token)
  })

  it('works while its process is there, and is gone when it is not', () => {
    expect(ownerState(me, me)).toBe('working')
    // Larger than any process id of Linux (PID_MAX_LIMIT is 4194304).
    expect(ownerState({ ...me, pid: 4_194_305 }, me)).toBe('gone')
  })

  it('is gone when another process has its id, or the machine was started again', () => {
    expect(ownerState({ ...me, startedTicks: '1' }, me)).toBe('reused')
    expect(ownerState({ ...plain, bootId: 'earlier' }, plain)).toBe('rebooted')
  })

  it('is elsewhere when it is on another machine, or in another container', () => {
    expect(ownerState({ ...plain, bootId: 'other', host: 'other' }, plain)).toBe('elsewhere')
    expect(ownerState({ ...plain, bootId: 'other', machineId: 'other' }, plain)).toBe('elsewhere')
    expect(ownerState({ ...me, pidNamespace: 'pid:[1]' }, me)).toBe('elsewhere')
    // No machine id: only the name is the same.
    for (const machineId of [null, '', 'uninitialized']) {
      const nameless = { ...plain, machineId }
      expect(ownerState({ ...nameless, bootId: 'other' }, nameless)).toBe('elsewhere')
    }
    // Containers of one image: the same name, the same machine id, another kernel.
    const container = { ...me, pidNamespace: 'pid:[4026532000]' }
    expect(ownerState({ ...container, bootId: 'other' }, container)).toBe('elsewhere')
  })

  it('is asked by its id alone where there is no /proc', () => {
    const elsewhere = { ...me, bootId: '', startedTicks: '', pidNamespace: '' }
    expect(ownerState(elsewhere, elsewhere)).toBe('working')
    expect(ownerState({ ...elsewhere, pid: 4_194_305 }, elsewhere)).toBe('gone')
  })
})
