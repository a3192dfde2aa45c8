/** Hands chunks from one who has them to one who wants them, without ever holding more than one. */
export interface Handoff {
  /** Resolves when the other side asks for the next one, which it does when it is done with this. */
  give(chunk: Uint8Array): Promise<void>
  /** No more comes. */
  end(): void
  /** The other side has failed: `give` rejects with its error from now on. */
  fail(error: unknown): void
  /** To be read once. */
  chunks: AsyncIterable<Uint8Array>
}

/** Makes a handoff. */
export function createHandoff(): Handoff {
  let offered: Uint8Array | null = null
  let failure: { error: unknown } | null = null
  let isEnded = false
  let giver: PromiseWithResolvers<void> | null = null
  let wake = (): void => {}

  async function* read(): AsyncGenerator<Uint8Array, void, undefined> {
    for (;;) {
      if (offered !== null) {
        const chunk = offered
        offered = null
        yield chunk
        giver?.resolve()
        giver = null
      } else if (isEnded) return
      else
        await new Promise<void>((resolve) => {
          wake = resolve
        })
    }
  }

  return {
    give(chunk) {
      if (failure !== null) return Promise.reject(failure.error)
      offered = chunk
      giver = Promise.withResolvers<void>()
      wake()
      return giver.promise
    },
    end() {
      isEnded = true
      wake()
    },
    fail(error) {
      failure = { error }
      giver?.reject(error)
      giver = null
    },
    chunks: read(),
  }
}
