import PQueue from 'p-queue'
import type { ResolvedHost } from '../model/inventory.ts'
import type { Host, HostConnector, RunRequest, RunResult } from '../model/ports.ts'
import { orAborted } from './abort.ts'
import { createMasters, type Master, type Masters, type OpensshOptions } from './openssh-masters.ts'
import { asRemoteProcess, withTrailer } from './openssh-run.ts'
import { quoteCommand } from './quote.ts'
import { hostLost, superviseRun } from './remote-process.ts'
import { planCommand, privilegeOf } from './ssh2-connector.ts'
import { backOff } from './ssh2-links.ts'

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
    async close() {
      if (closed) return
      closed = true
      await masters.end(master)
    },
  }
}

const sessionRefused = /session request failed|Session open refused/
