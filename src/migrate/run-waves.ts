import type { Plan, PlannedWave } from '../model/plan.ts'
import type { Admission, Refusal } from './admission.ts'
import type { Engine } from './engine.ts'
import type { NodesAtWork } from './nodes-at-work.ts'

export interface RunWavesOptions<Ports> {
  engine: Engine<Ports>
  admission: Admission
  atWork: NodesAtWork
  /** Names of the nodes that are asked for. */
  chosen: ReadonlySet<string>
  /** True for a node that was not started yet, or not anew. */
  isFresh(name: string): boolean
  /** True when nothing is started any more. */
  isHalted: () => boolean
  /** Told of the wave whose limits count from now on. */
  onWave(wave: PlannedWave): void
}

/** Starts the nodes of all waves, each wave when the one before has settled; tells why not all were started. */
export async function runWaves<Ports>(
  plan: Plan,
  options: RunWavesOptions<Ports>,
): Promise<Refusal | undefined> {
  const { engine, admission, atWork, chosen, isHalted } = options
  const isPending = (name: string): boolean => chosen.has(name) && options.isFresh(name)

  const isStopped = (): boolean => engine.over.aborted || engine.broken.aborted

  async function start(wave: PlannedWave): Promise<Refusal | undefined> {
    const open = wave.nodes.filter(isPending)
    options.onWave(wave)
    if (open.length > 0 && !engine.state().waves.has(wave.index) && !isHalted())
      engine.record(null, { type: 'wave-started', wave: wave.index })
    for (const [at, node] of open.entries()) {
      const refusal = await admission.admit({ wave: wave.index, node, isFirstOfWave: at === 0 })
      if (refusal !== undefined) return refusal
      atWork.start(node)
    }
    return undefined
  }

  function close({ index, nodes }: PlannedWave): void {
    const { nodes: states, waves } = engine.state()
    const isOver = nodes.every((name) => states.get(name)?.status === 'ended' && !options.isFresh(name))
    if (isOver && waves.get(index)?.doneAt === undefined)
      engine.record(null, { type: 'wave-done', wave: index })
  }

  async function soak({ index, soakMs }: PlannedWave): Promise<void> {
    const doneAt = engine.state().waves.get(index)?.doneAt
    if (doneAt === undefined || soakMs === 0) return
    // It may have begun in an earlier process. A clock that was set back since must not make it longer.
    const leftMs = Math.min(soakMs, Date.parse(doneAt) + soakMs - Date.parse(engine.clock.now()))
    if (leftMs > 0) await admission.soak(leftMs)
  }

  for (const [at, wave] of plan.waves.entries()) {
    let refusal: Refusal | undefined
    do {
      refusal = await start(wave)
      await atWork.settled(wave.nodes)
      // What was held too late to be begun is admitted anew.
    } while (refusal === undefined && !isStopped() && !isHalted() && wave.nodes.some(isPending))
    if (isStopped()) return undefined
    close(wave)
    if (refusal !== undefined || isHalted()) return refusal
    if (plan.waves.slice(at + 1).some(({ nodes }) => nodes.some(isPending))) await soak(wave)
  }
  return undefined
}
