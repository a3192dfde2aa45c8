import type { z } from 'zod'
import type { ComparedList } from '../model/compared-lists.ts'
import { fewNames } from '../model/few-names.ts'
import { DrainParameters } from '../model/parameters-migrate.ts'
import { VerifyWorkloadsParameters } from '../model/parameters-restore.ts'
import type { NodeNote } from '../model/node-note.ts'
import { parseRecordedNode } from '../model/node-record.ts'
import type { PlannedNode } from '../model/plan.ts'
import { defineStep, type Step, type StepContext } from '../model/step.ts'
import { StepError } from '../model/step-error.ts'
import type { Text } from '../model/text.ts'
import { awayNodes, type RunNodes } from './away-nodes.ts'
import type { ComparedCluster, Difference } from './compare-cluster.ts'
import { nodeRef } from './core-objects.ts'
import { missingDaemons } from './daemon-sets.ts'
import { differenceTexts } from './difference-texts.ts'
import { judgeNode, type NodeJudgement } from './judge-node.ts'
import type { JudgedDifferences } from './people-changes.ts'
import type { WaitingDifference } from './share-of-node.ts'
import { ownEndMs } from './step-ports.ts'
import { SnapshotMemory, type SnapshotStepPorts } from './step-snapshot.ts'
import { createWaitTeller } from './wait-teller.ts'
import type { Wait } from './wake.ts'

/** What the step that compares is given. */
export interface VerifyWorkloadsStepPorts extends SnapshotStepPorts {
  wait: Wait
  /** What is compared, as it is now or a little later: nodes that ask at the same time share one listing. */
  clusterNow: (signal: AbortSignal) => Promise<ComparedCluster>
  runNodes: RunNodes
}

type Context = StepContext<z.output<typeof VerifyWorkloadsParameters>, VerifyWorkloadsStepPorts>

const leastPauseMs = 5000
/** A listing is work for the server: it is left alone for several times as long as the last one took. */
const restShare = 4
/** Of differences that people made the journal keeps so many. */
const toldKept = 100
/** Of nodes that are waited for, and what waits for them. */
const namesKept = 20

/** Waits until the workloads are as they were in the snapshot of the node's run, but for what people have changed since. */
export const verifyWorkloadsStep: Step<typeof VerifyWorkloadsParameters, VerifyWorkloadsStepPorts> =
  defineStep<typeof VerifyWorkloadsParameters, VerifyWorkloadsStepPorts>({
    uses: 'workloads.verify',
    with: VerifyWorkloadsParameters,

    async observe(context) {
      return isOpen(await compare(context)) ? 'todo' : 'done'
    },

    async act(context) {
      const { ports, signal, onWait } = context
      const { clock, wait } = ports
      const deadlineMs = ownEndMs(context, 'workloads.verify', clock)
      const tell = createWaitTeller(clock, onWait)
      for (;;) {
        const beganMs = clock.monotonicMs()
        const judged = await compare(context)
        if (!isOpen(judged)) return
        const nowMs = clock.monotonicMs()
        const text = openText(judged)
        const tookMs = nowMs - beganMs
        // Another look would not come to its end.
        if (nowMs + tookMs >= deadlineMs)
          throw new StepError('config', `not as it was: ${text.en}`, { code: 'WORKLOADS_DIFFER' })
        tell({ key: [...judged.open, ...judged.unknown].map(keyOf).join(' '), text })
        const pauseMs = Math.max(leastPauseMs, tookMs * restShare)
        await wait(Math.min(pauseMs, Math.max(1, deadlineMs - nowMs - tookMs)), signal)
      }
    },

    async verify(context) {
      const judged = await compare(context)
      if (isOpen(judged))
        throw new StepError('transient', `not as it was any more: ${openText(judged).en}`, {
          code: 'WORKLOADS_DIFFER',
        })
      const { told, waiting } = judged
      const changed = { changedByPeople: told.slice(0, toldKept), changedByPeopleCount: told.length }
      return waiting.length === 0 ? changed : { ...changed, notes: [waitsNote(waiting)] }
    },
  })

async function compare(context: Context): Promise<NodeJudgement> {
  const { node, parameters, ports, remembered, signal } = context
  const snapshot = SnapshotMemory.safeParse(remembered('cluster.snapshot')).data
  if (snapshot === undefined)
    throw new StepError('config', `the run has no snapshot of ${node.name} to compare with`, {
      code: 'SNAPSHOT_MISSING',
    })
  const was = await ports.snapshots.read(snapshot, signal)
  const first = snapshot.first && (await ports.snapshots.read(snapshot.first, signal))
  const is = await ports.clusterNow(signal)
  const asked = { node: node.name, lists: parameters.compare, letsNakedGo: letsNakedGo(node) }
  const daemonless = parameters.compare.includes('workloads') ? await daemonsMissing(context) : []
  const { runNodes } = ports
  const away = awayNodes({ was: first ?? was, is }, runNodes)
  return judgeNode({ asked, was, is, first, daemonless, nodes: runNodes.all, away })
}

/** None for a node that is not there: that is told by itself. */
async function daemonsMissing({ node: { name }, ports: { cluster }, signal }: Context): Promise<string[]> {
  const object = await cluster.get(nodeRef(name), signal)
  return object === undefined ? [] : await missingDaemons(cluster, parseRecordedNode(object), signal)
}

function letsNakedGo({ steps }: PlannedNode): boolean {
  return steps.some(
    (step) => step.uses === 'cluster.drain' && DrainParameters.parse(step.with).naked === 'force',
  )
}

/** What nobody could look at is not as it was. */
function isOpen({ open, unknown }: JudgedDifferences): boolean {
  return open.length > 0 || unknown.length > 0
}

function waitsNote(waiting: readonly WaitingDifference[]): NodeNote {
  const nodes = new Set(waiting.flatMap((one) => one.nodes))
  const objects = waiting.map(({ difference }) => difference.object)
  return {
    kind: 'waits-for-nodes',
    nodes: [...nodes].sort().slice(0, namesKept),
    objects: objects.slice(0, namesKept),
    count: objects.length,
  }
}

function keyOf(what: Difference | ComparedList): string {
  return typeof what === 'string' ? what : `${what.kind} ${what.object}`
}

function openText({ open, unknown }: JudgedDifferences): Text {
  const words = (language: keyof Text): string[] => [
    ...open.map(({ kind, object, was, is }) => {
      const numbers = was === '' && is === '' ? '' : ` (${was || '-'} -> ${is || '-'})`
      return `${object}: ${differenceTexts[kind][language]}${numbers}`
    }),
    ...unknown.map((list) => `${list}: ${unknownText[language]}`),
  ]
  return { en: fewNames(words('en')), zh: fewNames(words('zh')) }
}

const unknownText: Text = { en: 'could not be read', zh: '无法读取' }
