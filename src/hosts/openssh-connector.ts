import PQueue from 'p-queue'
import type { ResolvedHost } from '../model/inventory.ts'
import type { Host, HostConnector, HostStream, RunRequest, RunResult, StreamRequest } from '../model/ports.ts'
import { orAborted } from './abort.ts'
import { createMasters, type Master, type Masters, type OpensshOptions } from './openssh-masters.ts'
import { asRemoteProcess, withTrailer } from './openssh-run.ts'
import { untilStarted, withStartLine } from './openssh-start.ts'
import { quoteCommand } from './quote.ts'
import { hostLost, superviseRun } from './remote-process.ts'
import { planCommand, privilegeOf } from './ssh2-connector.ts'
import { backOff } from './ssh2-links.ts'
import { createStreamQueue } from './stream-queue.ts'
import { superviseStream } from './supervise-stream.ts'

/** The transport of OpenSSH's own client: one control master a host, one `ssh` process a command. */
export function createOpensshConnector(options: OpensshOptions & { channels: number }): HostConnector {
  const masters = createMasters(options)
  return {
    async connect(host, { signal }) {
      const master = await masters.open(host, host.ssh.jump, signal)
      return createHost(host, { master, masters }, options)
    },
    close: () => masters.close(),
  }
}

const openRetries = 5

function createHost(
  host: ResolvedHost,
  { master, masters }: { master: Master; masters: Masters },
  options: OpensshOptions & { channels: number },
): Host {
  const queue = new PQueue({ concurrency: options.channels })
  const streams = createStreamQueue()
  let closed = false

  async function run(request: RunRequest): Promise<RunResult> {
    for (let attempt = 0; ; attempt++) {
      if (closed) throw hostLost(host.name, 'the connection was closed', 0)
      const { argv, context } = await planCommand(host, request, options.credentials)
      const wrapped = withTrailer(argv)
      const ssh = await masters.start(master, quoteCommand(wrapped.argv))
      const remote = asRemoteProcess(ssh, wrapped.mark)
      let refused = false
      const watched = {
        ...remote,
        ended: remote.ended.then((end) => {
          refused = 'lost' in end && sessionRefused.test(end.lost)
          return end
        }),
      }
      try {
        return await superviseRun(watched, request, context)
      } catch (error) {
        // sshd frees a closed session late (MaxSessions). Nothing ran, so asking again is safe.
        if (!refused || attempt >= openRetries) throw error
        await backOff(attempt, host.name, request.signal)
      }
    }
  }

  /** Its input cannot be given twice: it is asked again only while the program has not said that it runs. */
  async function stream(request: StreamRequest): Promise<HostStream> {
    for (let attempt = 0; ; attempt++) {
      if (closed) throw hostLost(host.name, 'the connection was closed', 0)
      const { argv, context } = await planCommand(host, request, options.credentials)
      const trailed = withTrailer(argv)
      const wrapped = withStartLine(trailed.argv)
      const ssh = await masters.start(master, quoteCommand(wrapped.argv))
      const started = await untilStarted(asRemoteProcess(ssh, trailed.mark), wrapped.mark, {
        host: host.name,
        timeoutMs: Math.min(request.idleTimeoutMs, request.timeoutMs),
        signal: request.signal,
      })
      if ('process' in started) return superviseStream(started.process, request, context)
      if (!sessionRefused.test(started.lost) || attempt >= openRetries) {
        throw hostLost(host.name, started.lost, 0)
      }
      await backOff(attempt, host.name, request.signal)
    }
  }

  return {
    name: host.name,
    via: 'openssh',
    privilege: privilegeOf(host),
    run: (request) =>
      orAborted(
        queue.add(() => run(request)),
        request.signal,
        host.name,
      ),
    stream: (request) =>
      orAborted(
        streams.open(() => stream(request)),
        request.signal,
        host.name,
      ),
    async close() {
      if (closed) return
      closed = true
      await masters.end(master)
    },
  }
}

/**
 * A client whose session the master refuses connects by itself, and sshd may drop that before the key exchange (MaxStartups):
 * nothing has run then either.
 */
const sessionRefused =
  /session request failed|Session open refused|kex_exchange_identification: (?:Connection closed by remote host|read: Connection reset)/
