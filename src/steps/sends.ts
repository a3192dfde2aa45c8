/** Requests that are on their way for nodes: those of one node can be cut off, and waited for, without the others. */
export interface Sends {
  /** Begins a request for a pod; what ends it early is the run's signal, or `cutOff` of its node. */
  begin(
    of: { node: string; uid: string; run: AbortSignal },
    act: (signal: AbortSignal) => Promise<void>,
  ): void
  /** Ends those of a node and waits for them; tells the UIDs of pods of which nobody knows what became of the request. */
  cutOff(node: string): Promise<ReadonlySet<string>>
}

/** A server drops a request whose caller has hung up; one that was busy, or away, is done with it by then. */
export const cutOffMs = 30_000

interface NodeSends {
  end: AbortController
  onTheWay: Set<Promise<void>>
  unknown: Set<string>
}

/** `onBroken` is called with what ended a request that nobody has cut off. */
export function createSends(onBroken: (error: unknown) => void): Sends {
  const nodes = new Map<string, NodeSends>()

  function of(node: string): NodeSends {
    const known = nodes.get(node)
    if (known !== undefined) return known
    const added = {
      end: new AbortController(),
      onTheWay: new Set<Promise<void>>(),
      unknown: new Set<string>(),
    }
    nodes.set(node, added)
    return added
  }

  return {
    begin({ node, uid, run }, act): void {
      const { end, onTheWay, unknown } = of(node)
      const signal = AbortSignal.any([run, end.signal])
      const sending = act(signal).catch((error: unknown) => {
        // Whatever it was: the server may have done it.
        unknown.add(uid)
        if (!signal.aborted) onBroken(error)
      })
      onTheWay.add(sending)
      void sending.finally(() => onTheWay.delete(sending))
    },
    async cutOff(node): Promise<ReadonlySet<string>> {
      const { end, onTheWay, unknown } = of(node)
      end.abort()
      await Promise.all(onTheWay)
      // It may be tried again later.
      nodes.delete(node)
      return unknown
    },
  }
}
