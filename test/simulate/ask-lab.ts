import type { LabAnswer, LabCluster, LabEvent } from '../../src/simulate/lab-cluster.ts'

/** Asks a lab cluster as an administrator. */
export function askLab(lab: LabCluster) {
  const handle = (method: string, url: string, body?: unknown) => {
    const { pathname, searchParams } = new URL(url, 'http://lab')
    return lab.handle({
      method,
      path: pathname,
      query: searchParams,
      body,
      contentType: 'application/merge-patch+json',
      user: { name: 'admin', groups: ['system:masters'] },
    })
  }
  const request = (method: string, url: string, body?: unknown): LabAnswer => {
    const answer = handle(method, url, body)
    if ('open' in answer) throw new Error(`${url} is a watch`)
    return answer
  }
  const read = (url: string): Found => request('GET', url).body as Found
  return {
    request,
    read,
    items: (url: string): Found[] => read(url)['items'] as Found[],
    /** The events of a watch, as they come. */
    watch(url: string): { events: { type: LabEvent['type']; object: Found }[]; close: () => void } {
      const watch = handle('GET', `${url}${url.includes('?') ? '&' : '?'}watch=true`)
      if (!('open' in watch)) throw new Error(`${url} is no watch`)
      const events: { type: LabEvent['type']; object: Found }[] = []
      const followed = watch.open(
        (event) => void events.push(JSON.parse(event.line()) as (typeof events)[number]),
      )
      return { events, close: () => followed.close() }
    },
  }
}

/** What JSON.parse gives: each test knows what it looks for. */
export type Found = ReturnType<typeof JSON.parse>
