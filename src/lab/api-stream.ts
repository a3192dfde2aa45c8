import type { ServerResponse } from 'node:http'
import type { LabEvent, LabWatch } from '../simulate/lab-cluster.ts'

const bookmarkMs = 60_000
/** As the real server chooses where the client does not. */
const defaultSeconds = 1800
/** Who reads so slowly is cut off, and begins again. */
const mostWaitingBytes = 64 * 2 ** 20

/** Sends a watch in chunks until its time is over or the other side has gone. */
export function streamWatch(response: ServerResponse, watch: LabWatch, query: URLSearchParams): void {
  response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-cache, private' })
  response.flushHeaders()
  let waiting: string[] = []
  let isOver = false

  /** Changes of one moment go out together. */
  function flush(): void {
    const text = waiting.join('')
    waiting = []
    if (isOver) return
    response.write(text)
    if (response.writableLength > mostWaitingBytes) response.destroy()
  }

  function send(event: LabEvent): void {
    if (waiting.length === 0) setImmediate(flush)
    waiting.push(`${event.line()}\n`)
    // Nothing follows an error.
    if (event.type === 'ERROR') setImmediate(() => response.end())
  }

  const followed = watch.open(send)
  const seconds = Number(query.get('timeoutSeconds') ?? 0) || defaultSeconds
  const end = setTimeout(() => response.end(), seconds * 1000)
  const beat =
    query.get('allowWatchBookmarks') === 'true'
      ? setInterval(() => followed.bookmark(), bookmarkMs)
      : undefined
  response.once('close', () => {
    isOver = true
    followed.close()
    clearTimeout(end)
    clearInterval(beat)
  })
}
