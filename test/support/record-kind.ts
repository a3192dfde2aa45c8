/**
 * What a line of `-o ndjson` tells to have happened, to which node, in which step, and what that waits for; undefined for what is
 * no record of the journal. How often does not count, and no number or name of a pod either, or a run that is killed after every
 * kind would never come further.
 */
export function recordKind(line: string): string | undefined {
  if (!line.includes('"hash":')) return undefined
  const { node, body } = JSON.parse(line) as { node: string | null; body: Record<string, unknown> }
  const { type, uses = '', wave = '', gate = '', outcome = '', waitsFor } = body
  return [type, node, uses, wave, gate, outcome, waitWords(waitsFor)].join(' ').trim()
}

function waitWords(waitsFor: unknown): string {
  const { en = '' } = (waitsFor ?? {}) as { en?: string }
  return en
    .replaceAll(/\b(shop\/[a-z]+)-[a-z0-9-]+/g, '$1')
    .replaceAll(/\d[\d.:TZ-]*/g, '#')
    .replaceAll(/(?<item>shop\/[a-z]+)(?:, \k<item>)+/g, '$<item>')
}
