const defaultAtOnce = 10

/** Does something with every item, some at once, begun in their order; rejects with the first error. */
export async function inTurns<T>(
  items: Iterable<T>,
  act: (item: T) => Promise<void>,
  atOnce = defaultAtOnce,
): Promise<void> {
  const queue = [...items]
  const worker = async (): Promise<void> => {
    while (queue.length > 0) await act(queue.shift() as T)
  }
  await Promise.all(Array.from({ length: Math.min(atOnce, queue.length) }, worker))
}
