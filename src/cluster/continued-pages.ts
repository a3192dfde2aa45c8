/** A page as it came, and the token under which the list goes on. */
export interface FetchedPage<Page> {
  page: Page
  next: string | undefined
}

const maxRestarts = 5

/**
 * Follows the continue tokens of a list to its end. `fetch` gives undefined for a list that the server has forgotten
 * half-way (etcd has compacted its revision); it is asked for so only while `mayRestart`. The list starts over then, and its
 * next page says `restarted`: what came before is void.
 */
export async function* continuedPages<Page extends object>(
  fetch: (from: { token: string | undefined; mayRestart: boolean }) => Promise<FetchedPage<Page> | undefined>,
): AsyncGenerator<Page & { restarted: boolean }> {
  let token: string | undefined
  let restarts = 0
  let restarted = false
  for (;;) {
    const fetched = await fetch({ token, mayRestart: token !== undefined && restarts < maxRestarts })
    if (fetched === undefined) {
      restarts += 1
      restarted = true
      token = undefined
      continue
    }
    yield { ...fetched.page, restarted }
    restarted = false
    token = fetched.next
    if (token === undefined) return
  }
}
