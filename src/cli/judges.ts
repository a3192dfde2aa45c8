import { getCompileCacheDir } from 'node:module'
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { MigrationError, type ErrorCode } from '../model/errors.ts'
import { createJudge, type Judge, type Judged, type JudgeJob, type JudgeSetup } from './judge.ts'

export interface JudgeWorkerData {
  setup: JudgeSetup
  compileCache: string | undefined
}

export interface JudgeQuestion {
  id: number
  job: JudgeJob
}

/** What a thread answers: the host, a MigrationError in plain data, or whatever else was thrown. */
export type JudgeAnswer =
  | { id: number; judged: Judged | undefined }
  | { id: number; refusal: Refusal }
  | { id: number; crash: unknown }

interface Refusal {
  code: ErrorCode
  message: string
  hint: string | undefined
  details: Readonly<Record<string, string | number>>
}

/** Judges, and what must be put away after the last host. */
export interface Judges {
  judge: Judge
  /** How many hosts may be under way at once. */
  atOnce: number
  close(): Promise<void>
}

/** A thread is ready after about as much work as this many hosts are. */
const hostsWorthAThread = 150
const maxThreads = 4
const atOnceEach = 4
/** What a host's judging leaves is garbage at once: a small young generation keeps a thread at half the memory, as fast. */
const resourceLimits = { maxYoungGenerationSizeMb: 8 }

/** Threads for this many hosts: none for a few, never more than the machine runs at once. */
export function threadsFor(hosts: number): number {
  const wanted = Math.floor(hosts / hostsWorthAThread)
  const most = Math.min(maxThreads, availableParallelism())
  return wanted < 2 || most < 2 ? 0 : Math.min(wanted, most)
}

/** Starts judges: in this thread when `threads` is 0. */
export async function startJudges(setup: JudgeSetup, threads: number): Promise<Judges> {
  if (threads === 0) {
    return { judge: await createJudge(setup), atOnce: 8, close: () => Promise.resolve() }
  }
  const workers = Array.from({ length: threads }, () => startThread(setup))
  return {
    atOnce: threads * atOnceEach,
    judge: (job) => workers.reduce((a, b) => (b.open() < a.open() ? b : a)).judge(job),
    async close() {
      await Promise.all(workers.map((worker) => worker.close()))
    },
  }
}

interface Thread {
  judge: Judge
  /** Questions without an answer. */
  open(): number
  close(): Promise<void>
}

interface Waiting {
  resolve: (judged: Judged | undefined) => void
  reject: (error: unknown) => void
}

function startThread(setup: JudgeSetup): Thread {
  const compileCache = getCompileCacheDir()
  const workerData: JudgeWorkerData = { setup, compileCache }
  const worker = new Worker(workerFile(), { workerData, resourceLimits })
  const waiting = new Map<number, Waiting>()
  let next = 0
  let ended: Error | undefined
  const end = (error: Error): void => {
    ended ??= error
    for (const { reject } of waiting.values()) reject(ended)
    waiting.clear()
  }
  worker.on('message', (answer: JudgeAnswer) => {
    const asked = waiting.get(answer.id)
    waiting.delete(answer.id)
    if ('judged' in answer) asked?.resolve(answer.judged)
    else asked?.reject('refusal' in answer ? refused(answer.refusal) : answer.crash)
  })
  worker.on('error', (error) => end(error as Error))
  worker.on('exit', (code) => end(new Error(`a judging thread stopped with exit code ${code}`)))
  return {
    open: () => waiting.size,
    judge: (job) =>
      new Promise((resolve, reject) => {
        if (ended !== undefined) return reject(ended)
        const id = next++
        waiting.set(id, { resolve, reject })
        worker.postMessage({ id, job } satisfies JudgeQuestion)
      }),
    async close() {
      await worker.terminate()
    },
  }
}

/** Beside this file: as it is in the sources, bundled in a build. */
function workerFile(): URL {
  return new URL(import.meta.url.endsWith('.ts') ? './judge-worker.ts' : './judge-worker.js', import.meta.url)
}

function refused({ code, message, hint, details }: Refusal): MigrationError {
  return new MigrationError(code, message, { ...(hint === undefined ? {} : { hint }), details })
}

/** Answers in the order of the questions, at most `atOnce` of them open. */
export async function* inOrder<Job, Answer>(
  jobs: Iterable<Job>,
  answer: (job: Job) => Promise<Answer>,
  atOnce: number,
): AsyncGenerator<Answer> {
  const open: Promise<Answer>[] = []
  try {
    for (const job of jobs) {
      const started = answer(job)
      started.catch(() => undefined)
      open.push(started)
      const first = open.length < atOnce ? undefined : open.shift()
      if (first !== undefined) yield await first
    }
    for (let first = open.shift(); first !== undefined; first = open.shift()) yield await first
  } finally {
    await Promise.allSettled(open)
  }
}
