import { readFileSync } from 'node:fs'
import { openClient, type ApiClient } from '../../../src/cluster/client.ts'
import { openClusterPort, type ClusterPortOptions } from '../../../src/cluster/cluster.ts'
import type { ApiObject, Cluster, ObjectQuery } from '../../../src/model/cluster-port.ts'
import { loginOf } from '../cluster-login.ts'
import type { ApiLogin } from './api.ts'
import type { FaultProxy } from './fault-proxy.ts'

/** A client as the commands open it, straight to the server or through the proxy. */
function clientFor(to: ApiLogin | FaultProxy): ApiClient {
  const isProxy = 'seen' in to
  const login = isProxy
    ? loginOf({}, { server: to.url, ca: { data: Buffer.from(to.ca).toString('base64') } })
    : loginOf(
        {
          certificate: { file: to.certificate },
          key: { data: readFileSync(to.key).toString('base64') },
        },
        { server: to.url, ca: { file: to.ca } },
      )
  return openClient(login, {})
}

export function clusterFor(to: ApiLogin | FaultProxy, options?: ClusterPortOptions): Cluster {
  return openClusterPort(clientFor(to), options)
}

/** News of a watch as short words: `changed NAME`, `removed NAME`, `synced`, `away`. */
export interface WatchLog {
  words: string[]
  /** Every object by its name, as told last; what was removed is not there. */
  objects: Map<string, ApiObject>
  /** What ended the watch, once it has. */
  ended: Promise<unknown>
  stop(): Promise<void>
}

export function followWatch(cluster: Cluster, query: ObjectQuery): WatchLog {
  const abort = new AbortController()
  const words: string[] = []
  const objects = new Map<string, ApiObject>()
  const follow = async (): Promise<void> => {
    for await (const news of cluster.watch(query, abort.signal)) {
      if (news.type === 'synced' || news.type === 'away') {
        words.push(news.type)
        continue
      }
      const { name } = news.object['metadata'] as { name: string }
      words.push(`${news.type} ${name}`)
      if (news.type === 'changed') objects.set(name, news.object)
      else objects.delete(name)
    }
  }
  const ended = follow().catch((error: unknown) => error)
  return {
    words,
    objects,
    ended,
    stop: async () => {
      abort.abort()
      await ended
    },
  }
}
