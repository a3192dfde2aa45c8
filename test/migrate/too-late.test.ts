import { describe, expect, it } from 'vitest'
import type { RunControl } from '../../src/migrate/run-control.ts'
import { runState } from '../../src/model/run-state.ts'
import type { JournalDisk } from '../support/memory-journal.ts'
import { modelPlan } from './model-plan.ts'
import { modelRun, storyOf, type ModelRunOptions } from './model-run.ts'
import { modelWorld } from './model-world.ts'

function setup(): ModelRunOptions & { disk: JournalDisk } {
  const plan = modelPlan([{ nodes: ['node-1'] }])
  return { plan, world: modelWorld(['node-1']), disk: { runs: [], events: [] } }
}

describe('a person who asks something of a run that ends', () => {
  it('is too late after its end: no record follows that of it', async () => {
    const setting = setup()
    const controls: RunControl[] = []
    await modelRun({ ...setting, onEvent: (_, control) => controls.push(control) })
    const control = controls.at(-1)
    control?.pause({ en: 'wait', zh: '等待' })
    control?.resume()
    control?.abort({ en: 'enough', zh: '够了' })
    expect(storyOf(setting.disk, null).at(-1)).toBe('run-ended done')
    expect(runState('run-1', setting.disk.events).status).toBe('ended')
  })

  it('is too late while what the run holds is let go, too', async () => {
    const setting = setup()
    let known: RunControl | undefined
    const letGo = async (): Promise<void> => {
      await Promise.resolve()
      known?.abort({ en: 'enough', zh: '够了' })
    }
    await modelRun({ ...setting, letGo, onEvent: (_, control) => (known = control) })
    expect(storyOf(setting.disk, null).slice(-2)).toEqual(['wave-done', 'run-ended done'])
  })
})
