import type { ClusterReader } from '../../../src/model/ports.ts'
import type { ApiClient } from '../control-plane/api.ts'

/** Reads a real server through the test's own connection, to record what it answers. */
export function apiReader(api: ApiClient, server: string): ClusterReader {
  const root = (group: string, version: string): string =>
    group === '' ? `/api/${version}` : `/apis/${group}/${version}`
  const has = async (path: string, resource: string): Promise<boolean> => {
    const { resources } = await api.request('GET', path)
    return (resources as { name: string }[]).some(({ name }) => name === resource)
  }
  return {
    context: 'test',
    server,
    async version() {
      return String((await api.request('GET', '/version'))['gitVersion'])
    },
    async versionsOf({ group, resource }) {
      if (group === '') return (await has('/api/v1', resource)) ? ['v1'] : []
      const { versions } = await api.request('GET', `/apis/${group}`)
      const having: string[] = []
      for (const { version } of versions as { version: string }[])
        if (await has(root(group, version), resource)) having.push(version)
      return having
    },
    async *pages({ group, version, resource }) {
      const { items } = await api.request('GET', `${root(group, version)}/${resource}`)
      yield { items: items as unknown[], restarted: false }
    },
  }
}
