import type { Cluster } from '../model/cluster-port.ts'
import type { Clock } from '../model/ports.ts'
import { objectionTo, pendingRequest } from './judge-request.ts'
import type { RequestJudgement, RequestObjection } from './judge-request.ts'

/** A kubelet's request, and what became of it. */
export interface RequestOutcome {
  name: string
  signer: string
  username: string
  /** Undefined = approved. */
  objection: RequestObjection | undefined
}

const place = { group: 'certificates.k8s.io', version: 'v1', resource: 'certificatesigningrequests' }

/** Approves what the node that comes back asks for; every other undecided request of a kubelet is left alone and told. */
export async function approveRequests(
  { cluster, clock }: { cluster: Cluster; clock: Clock },
  judgement: RequestJudgement,
  { signal, dryRun }: { signal: AbortSignal; dryRun: 'client' | 'server' | undefined },
): Promise<RequestOutcome[]> {
  const outcomes: RequestOutcome[] = []
  for (const object of await cluster.list(place, signal)) {
    const request = pendingRequest(object)
    if (request === undefined) continue
    const { name, signer, username, resourceVersion } = request
    const objection = objectionTo(request, judgement)
    if (objection === undefined && dryRun !== 'client') {
      const now = `${clock.now().slice(0, 19)}Z`
      const condition = {
        type: 'Approved',
        status: 'True',
        reason: 'OsferryRestore',
        message: `it is of the node ${judgement.node.name}, which is restored`,
        lastUpdateTime: now,
      }
      const answer = await cluster.patch(
        { ...place, name, subresource: 'approval' },
        { metadata: { resourceVersion }, status: { conditions: [condition] } },
        { signal, dryRun: dryRun === 'server' },
      )
      // Somebody else has decided: the next look tells how.
      if (['gone', 'conflict', 'replaced'].includes(answer.outcome)) continue
      if (answer.outcome !== 'done') {
        outcomes.push({ name, signer, username, objection: 'refused-by-server' })
        continue
      }
    }
    outcomes.push({ name, signer, username, objection })
  }
  return outcomes
}
