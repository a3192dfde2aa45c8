import http from 'node:http'
import type { AddressInfo } from 'node:net'
import type { ClusterReader } from '../../src/model/ports.ts'
import { recordingOf } from '../support/cluster-snapshot/recorded-reader.ts'

export interface GeneratedServer {
  url: string
  close(): Promise<void>
}

/** Serves the pages of a reader as an API server does: discovery, lists with continue tokens. Without TLS. */
export async function serveReader(reader: ClusterReader): Promise<GeneratedServer> {
  const { resources, version } = recordingOf('oldest')
  const groups = Map.groupBy(Object.keys(resources), (key) => key.split('.').slice(1).join('.'))
  const versionOf = (group: string): string => resources[groups.get(group)?.[0] ?? '']?.versions[0] ?? 'v1'
  const { signal } = new AbortController()
  const open = new Map<string, AsyncIterator<{ items: readonly unknown[] }>>()

  /** A page is made one ahead, as only then it is known whether another follows. */
  async function page(path: string, token: string | null): Promise<object> {
    const [, group = '', apiVersion = '', resource = ''] = listPath.exec(path) ?? []
    const key = token ?? `${path}#${open.size}`
    const pages =
      open.get(key) ??
      reader.pages({ group, version: apiVersion || 'v1', resource }, { signal })[Symbol.asyncIterator]()
    open.set(key, pages)
    const { value, done } = await pages.next()
    if (done === true) return { metadata: {}, items: [] }
    return { metadata: { continue: key }, items: (value as { items: unknown[] }).items }
  }

  async function answer(url: URL): Promise<object | null> {
    const { pathname } = url
    if (pathname === '/version') return { gitVersion: version }
    if (pathname === '/apis')
      return {
        groups: [...groups.keys()]
          .filter((name) => name !== '')
          .map((name) => ({ name, versions: [{ version: versionOf(name) }] })),
      }
    const root = /^\/(?:api|apis\/([^/]+))\/[^/]+$/.exec(pathname)
    if (root !== null)
      return { resources: (groups.get(root[1] ?? '') ?? []).map((key) => ({ name: key.split('.')[0] })) }
    return listPath.test(pathname) ? await page(pathname, url.searchParams.get('continue') || null) : null
  }

  async function serve(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const body = await answer(new URL(request.url ?? '/', 'http://server'))
    response.writeHead(body === null ? 404 : 200, { 'content-type': 'application/json' })
    response.end(JSON.stringify(body ?? { kind: 'Status', code: 404 }))
  }

  const server = http.createServer((request, response) => void serve(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  }
}

const listPath = /^\/(?:api|apis\/([^/]+))\/([^/]+)\/([^/]+)$/
