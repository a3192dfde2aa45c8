import { describe, expect, it } from 'vitest'
import { factNames, HostFacts } from '../../src/model/facts.ts'
import { factsWith, hostFacts, without } from './facts-fixture.ts'

describe('the healthy worker', () => {
  it('has every fact, valid by the schema', () => {
    const facts = HostFacts.parse(hostFacts())
    expect(Object.keys(facts.facts).sort()).toEqual([...factNames].sort())
  })

  it('changes only the keys that a test names', () => {
    const changed = factsWith({ cgroup: { mode: 'v2' } }).facts.cgroup
    expect(changed?.status === 'ok' && changed.value).toMatchObject({ mode: 'v2', pressure: false })
  })

  it('refuses a value that the schema refuses', () => {
    expect(() => factsWith({ cgroup: { mode: 'v3' as never } })).toThrow('Invalid option')
  })

  it('makes facts unavailable with a reason', () => {
    expect(without('bpf', 'permission-denied').facts.bpf).toMatchObject({
      status: 'unavailable',
      reason: 'permission-denied',
    })
  })
})
