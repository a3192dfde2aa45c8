import { describe, expect, it } from 'vitest'
import { PlanOptions } from '../../src/model/plan-options.ts'
import { Playbook } from '../../src/model/playbook.ts'
import type { Target } from '../../src/model/target.ts'
import {
  addPlaybook,
  answer,
  fitChoices,
  newMove,
  optionsOf,
  wishOf,
  workOn,
  type MoveState,
} from '../../src/wizard/move-state.ts'
import type { HostGroup, MoveBasis, MovingPlaybook } from '../../src/wizard/move.ts'

function playbook(id: string, target: Target, provision: Record<string, unknown> = {}): MovingPlaybook {
  const made = Playbook.parse({
    schema: 'playbook/v1',
    name: id.replaceAll(/[^a-z-]/g, '-').replace(/^-+/, ''),
    title: { en: id, zh: id },
    target,
    phases: { migrate: [], replace: [{ uses: 'host.provision', with: provision }], restore: [] },
  })
  return { ...made, target, id }
}

const builtIn = playbook('to-containeros', 'containeros')
const anck = playbook('to-anck', 'anolis-anck')
const verdicts = { READY: 1, READY_WITH_ACTIONS: 0, BLOCKED: 0, UNKNOWN: 0 }
const group = (id: string): HostGroup => ({
  id,
  hosts: 1,
  byTarget: [{ target: 'containeros', verdicts, reasons: [] }],
})

const basis: MoveBasis = {
  groups: ['a', 'b', 'c'].map(group),
  playbooks: [builtIn, anck],
  lost: [],
  stores: [],
}

/** The names of the files of each plan, by its playbook. */
function fileNames(move: MoveState): Record<string, string> {
  const names: Record<string, string> = {}
  for (const id of move.choices.values()) {
    if (id === null) continue
    workOn(move, id)
    names[id] = wishOf(move)?.name ?? ''
  }
  return names
}

describe('playbooks of a move', () => {
  it('have files of their own, also those that have one target or one name', () => {
    const move = newMove()
    fitChoices(move, basis)
    expect(fileNames(move)).toEqual({ 'to-containeros': 'plan' })
    move.choices.set('a', 'to-anck')
    expect(fileNames(move)).toEqual({ 'to-anck': 'plan-anolis-anck', 'to-containeros': 'plan-containeros' })
    addPlaybook(move, { ...playbook('./x/to-containeros.yaml', 'containeros'), name: 'to-containeros' })
    move.choices.set('b', './x/to-containeros.yaml')
    expect(fileNames(move)).toEqual({
      'to-anck': 'plan-anolis-anck',
      'to-containeros': 'plan-containeros-1',
      './x/to-containeros.yaml': 'plan-containeros-2',
    })
  })

  it('of the team are kept in their order, each once, and are never proposed', () => {
    const move = newMove()
    fitChoices(move, basis)
    for (const id of ['b.yaml', 'a.yaml', 'b.yaml']) addPlaybook(move, playbook(id, 'containeros'))
    expect(move.own).toEqual(['b.yaml', 'a.yaml'])
    const again = newMove()
    fitChoices(again, { ...basis, playbooks: move.basis!.playbooks })
    expect(new Set(again.choices.values())).toEqual(new Set(['to-containeros']))
  })

  it('that are lost leave their groups out of the move; nobody has chosen another one for them', () => {
    const move = newMove()
    move.own.push('gone.yaml')
    move.choices.set('a', 'gone.yaml')
    fitChoices(move, { ...basis, lost: [{ id: 'gone.yaml', problem: 'gone' }] })
    expect(move.own).toEqual([])
    expect([...move.choices]).toEqual([
      ['a', null],
      ['b', 'to-containeros'],
      ['c', 'to-containeros'],
    ])
  })

  it('that say now what was answered before take the answer away, and nothing else', () => {
    const move = newMove()
    fitChoices(move, basis)
    addPlaybook(move, playbook('ours.yaml', 'containeros'))
    workOn(move, 'ours.yaml')
    const given = PlanOptions.parse({
      schema: 'plan-options/v1',
      playbook: 'ours.yaml',
      soak: '5m',
      with: {
        'host.provision': { provider: 'lab', machine: 'as-listed' },
        'node.verify-os': { osRelease: {} },
      },
    })
    answer(move, given)
    addPlaybook(move, playbook('ours.yaml', 'containeros', { provider: 'command' }))
    expect(optionsOf(move, 'ours.yaml')).toEqual({
      ...given,
      with: { 'host.provision': { machine: 'as-listed' } },
    })
  })
})
