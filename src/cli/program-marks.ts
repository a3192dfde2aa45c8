import { hash } from 'node:crypto'
import { ownIdentity } from '../journal/owner.ts'
import type { NotedProgram, ProgramNotes } from '../model/left-program.ts'
import { MigrationError } from '../model/errors.ts'
import type { ProcessIdentity } from '../model/process-identity.ts'
import { programAnnotation, ProgramMark } from '../model/program-mark.ts'
import { visibleLine } from '../model/visible-text.ts'
import type { NodeLeases } from '../steps/node-leases.ts'
import { nodeLeaseName } from './node-lease-name.ts'
import { programState } from './program-state.ts'
import type { RunHolder } from './run-holder.ts'
import type { RunWorld } from './run-world.ts'
import { shellWord } from './shell-word.ts'

/** Tells whoever takes the Lease of a node, in whichever project and on whichever machine, of a program that works on its host. */
export interface ProgramMarks {
  /** Resolves when it is told; rejects when the Lease is lost. */
  put(host: string, program: NotedProgram, signal: AbortSignal): Promise<void>
  /** Tells, soon, by which process it can be seen whether it has ended. */
  fill(host: string, program: NotedProgram & { process: ProcessIdentity }): void
  /** Takes it away, soon. */
  take(host: string): void
}

/** Marks on the Leases of the nodes of a plan. */
export function programMarks(
  { context, plan, holder }: Pick<RunWorld, 'context' | 'plan'> & { holder: RunHolder },
  leases: Pick<NodeLeases, 'mark' | 'remark'>,
): ProgramMarks {
  const nodes = new Map(plan.nodes.map(({ name, host }) => [host, name]))
  const nodeOf = (host: string): string => nodes.get(host) ?? host
  const textOf = (
    host: string,
    { process, ...program }: NotedProgram & { process: ProcessIdentity | null },
  ): string =>
    JSON.stringify({
      schema: 'program-mark/v1',
      host,
      ...program,
      holder: holder.name,
      since: context.clock.now(),
      machine: ownIdentity().host,
      process: process && inCluster(process),
    } satisfies ProgramMark)
  return {
    put: async (host, program, signal) =>
      await leases.mark(nodeOf(host), textOf(host, { ...program, process: null }), signal),
    fill: (host, program) => leases.remark(nodeOf(host), textOf(host, program)),
    take: (host) => leases.remark(nodeOf(host), null),
  }
}

/**
 * Whether the program of a mark that was found is at work. One that the project has a note of is waited for by the step that would
 * start another; for any other that is not proven gone it throws PROGRAM_AT_WORK.
 */
export async function isAtWork(
  mark: string,
  { node, holder, notes }: { node: string; holder: RunHolder; notes: Pick<ProgramNotes, 'atWork'> },
): Promise<boolean> {
  const found = parsedMark(mark)
  if (found === undefined) throw unreadable(node)
  const isOurs = found.holder === holder.name || holder.gone.has(found.holder)
  const isNoted = isOurs && (await notes.atWork(found.host)) !== undefined
  if (isNoted) return true
  const state = stateOf(found, isOurs)
  if (state === 'gone') return false
  throw programAtWork(node, found, state)
}

type State = ReturnType<typeof programState>

/** One of this project that was not seen to start has a note, or was not started. */
function stateOf({ process }: ProgramMark, isOurs: boolean): State {
  if (process === null) return isOurs ? 'gone' : 'unseen'
  return programState(process, inCluster(ownIdentity()))
}

/** Source: machine-id(5): it is not to be shown where others read, but what a keyed digest makes of it is. */
function inCluster({ machineId, ...process }: ProcessIdentity): ProcessIdentity {
  const digest = machineId && hash('sha256', `${programAnnotation} ${machineId}`).slice(0, 32)
  return { ...process, machineId: digest }
}

function parsedMark(text: string): ProgramMark | undefined {
  try {
    return ProgramMark.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}

function unreadable(node: string): MigrationError {
  const lease = `lease ${shellWord(nodeLeaseName(node))} -n kube-system`
  return new MigrationError(
    'PROGRAM_AT_WORK',
    `a program may be at work on ${node}: its mark cannot be read, another osferry has written it. Nothing was begun: look with kubectl get ${lease} -o yaml; when the program is no more: kubectl annotate ${lease} ${programAnnotation}-`,
  )
}

function programAtWork(
  node: string,
  { program, verb, since, run, machine, process, holder }: ProgramMark,
  state: State,
): MigrationError {
  const pid = process === null ? '' : `process ${process.pid}, `
  const what = `${program} (${pid}${verb} since ${since} on ${machine}), begun by ${holder}, is at work on ${node}`
  const seen = state === 'there' ? '' : ', and whether it has ended cannot be seen from here'
  const end = process === null ? 'end it' : `end it (kill -TERM -- -${process.pid})`
  const onward = `${end} on ${machine} and go on in its project there: osferry runs resume ${shellWord(run)}`
  const away = `kubectl annotate lease ${shellWord(nodeLeaseName(node))} -n kube-system ${programAnnotation}-`
  const ways = `wait until it has ended; or ${onward}; or, when you have looked and it is no more: ${away}`
  return new MigrationError(
    'PROGRAM_AT_WORK',
    visibleLine(`${what}${seen}. Nothing was begun on ${node}: ${ways}`),
    { details: { holder, machine, since } },
  )
}
