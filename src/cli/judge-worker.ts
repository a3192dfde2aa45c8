import { enableCompileCache } from 'node:module'
import { parentPort, workerData } from 'node:worker_threads'
import { isMigrationError } from '../model/errors.ts'
import { createJudge, type Judge } from './judge.ts'
import type { JudgeAnswer, JudgeQuestion, JudgeWorkerData } from './judges.ts'

/** A thread of `osferry assess`: answers every question with the judged host or the error that it met. */
const { setup, compileCache } = workerData as JudgeWorkerData
if (compileCache !== undefined) enableCompileCache(compileCache)
const port = parentPort
if (port === null) throw new Error('judge-worker runs as a thread only')

const judge = createJudge(setup)
judge.catch(() => undefined)
port.on('message', (question: JudgeQuestion) => void answer(question))

async function answer({ id, job }: JudgeQuestion): Promise<void> {
  const reply = await attempt(id, () => judge.then((judging: Judge) => judging(job)))
  const line = 'judged' in reply ? reply.judged?.line.buffer : undefined
  port?.postMessage(reply, line instanceof ArrayBuffer ? [line] : [])
}

async function attempt(id: number, action: () => ReturnType<Judge>): Promise<JudgeAnswer> {
  try {
    return { id, judged: await action() }
  } catch (error) {
    if (!isMigrationError(error)) return { id, crash: error }
    const { code, message, hint, details } = error
    return { id, refusal: { code, message, hint, details } }
  }
}
