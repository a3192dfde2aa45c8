import type { Plan } from '../../src/model/plan.ts'
import type { RunResult } from '../../src/migrate/run-outcome.ts'
import type { JournalDisk } from '../support/memory-journal.ts'
import { pointIndex } from './model-plan.ts'
import type { ModelNode, ModelWorld } from './model-world.ts'

/** What must be so at the end of every history, whatever went wrong in it: the rules of DESIGN section 6. */
export function wrongAtEnd(
  { plan, world, disk }: { plan: Plan; world: ModelWorld; disk: JournalDisk },
  result: RunResult,
): string[] {
  const wrong = [...world.violations, ...twice(world), ...undoOrder(disk), ...startsAfterFailure(plan, disk)]
  for (const { node: name, state, isPastPointOfNoReturn, notUndone, failed } of result.nodes) {
    const machine = world.nodes.get(name)
    if (machine === undefined) continue
    const say = (text: string): unknown => wrong.push(`${name} is ${state}: ${text}`)
    if (state === 'under-way' || state === 'going-back') say('it has not ended')
    if (state === 'done') for (const text of notDone(name, machine)) say(text)
    if (state === 'returned' || state === 'not-started')
      for (const text of notAsFound(name, machine)) say(text)
    if (state === 'rolled-back') for (const text of notBack(name, machine)) say(text)
    if (state === 'returned' && isPastPointOfNoReturn) say('it is past its point of no return')
    if (state === 'failed') {
      const isStuck = failed?.failure.code === 'STEP_STUCK'
      if (!isPastPointOfNoReturn && notUndone.length === 0 && !isStuck) say('nothing speaks for it')
      if (machine.data !== `data of ${name}` && machine.parked !== `data of ${name}`) say('its data is lost')
    }
    if (machine.os === 'new' && !isPastPointOfNoReturn) say('its point of no return is not recorded')
  }
  return wrong
}

function notDone(name: string, { os, data, cordonedBy, isReady, pods }: ModelNode): string[] {
  return [
    ...(os === 'new' ? [] : ['its system is the old one']),
    ...(data === `data of ${name}` ? [] : ['its data is not the same']),
    ...(cordonedBy === 'run-1' ? ['it is cordoned'] : []),
    ...(isReady && pods > 0 ? [] : ['it does not work']),
  ]
}

function notAsFound(name: string, { os, data, cordonedBy, parked, pods }: ModelNode): string[] {
  return [
    ...(os === 'old' && data === `data of ${name}` ? [] : ['it is another one']),
    ...(cordonedBy === 'run-1' ? ['it is cordoned'] : []),
    ...(parked === undefined ? [] : ['parked data is left']),
    ...(pods === 3 ? [] : ['it has no pods']),
  ]
}

/** What was parked is kept: nobody has proved the old system for long. */
function notBack(name: string, machine: ModelNode): string[] {
  return [
    ...notAsFound(name, { ...machine, parked: undefined }),
    ...(machine.isReady ? [] : ['it is not ready']),
  ]
}

/** No token has an effect twice. */
function twice({ effects }: ModelWorld): string[] {
  const acts = effects.filter(({ kind }) => kind !== 'undo').map(({ token, uses }) => `${token} (${uses})`)
  return acts.filter((act, index) => acts.indexOf(act) !== index).map((act) => `${act} took effect twice`)
}

/** Undo goes back only, not past the point of no return, and over nothing that was found done. */
function undoOrder(disk: JournalDisk): string[] {
  const last = new Map<string, number>()
  const started = new Set<string>()
  const wrong: string[] = []
  for (const { node, body } of disk.events) {
    if (node === null) continue
    if (body.type === 'node-started') last.delete(node)
    if (body.type === 'step-started') started.add(body.token)
    // By the rollback means, not as the way forward turned round.
    if ('token' in body && body.token.endsWith(':back')) continue
    if (body.type === 'undo-started' && !started.has(body.token))
      wrong.push(`${body.token} was not ours to undo`)
    if (body.type !== 'undo-started') continue
    const earlier = last.get(node) ?? pointIndex
    if (body.index > earlier) wrong.push(`${node}: ${body.uses} is undone after step ${earlier}`)
    last.set(node, body.index)
  }
  return wrong
}

/**
 * Once more nodes have failed than the plan allows, no further node starts. What has failed on the way back counts until somebody
 * asks for that way again: it has failed anew then, or is mended.
 */
function startsAfterFailure({ limits }: Plan, disk: JournalDisk): string[] {
  const failed = { there: new Set<string>(), back: new Set<string>() }
  const begun = new Set<string>()
  const wrong: string[] = []
  for (const { node, body } of disk.events) {
    if (node === null) continue
    if (body.type === 'node-rolling-back') failed.back.delete(node)
    if (body.type === 'step-failed' && body.failure.class !== 'transient')
      failed[body.token.endsWith(':back') ? 'back' : 'there'].add(node)
    if (body.type !== 'node-started') continue
    // One that is brought further back is no start.
    if (!begun.has(node) && failed.there.union(failed.back).size > limits.failureBudget)
      wrong.push(`${node} was started`)
    begun.add(node)
  }
  return wrong
}
