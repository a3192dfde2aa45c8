import { readFileSync, statSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import type { ApiClient } from './api.ts'

/**
 * One finished request of the API server's audit log. The newest version writes a watch when its answer starts, 1.20 (over
 * HTTP/1.1) when it ends.
 */
export interface AuditedRequest {
  verb: string
  user: string
  groups: readonly string[]
  namespace: string | undefined
  resource: string | undefined
  subresource: string | undefined
  name: string | undefined
  status: number
  uri: string
  /** ISO 8601, with fractions of a second. */
  answeredAt: string
}

interface AuditEvent {
  auditID: string
  verb: string
  requestURI: string
  user: { username: string; groups?: readonly string[] }
  objectRef?: { namespace?: string; resource?: string; subresource?: string; name?: string }
  responseStatus?: { code?: number }
  stageTimestamp: string
}

export const auditPolicy = JSON.stringify({
  apiVersion: 'audit.k8s.io/v1',
  kind: 'Policy',
  omitStages: ['RequestReceived'],
  rules: [{ level: 'Metadata' }],
})

/**
 * The requests of the audit log that have all the fields of `wanted`, in the log's order. The server writes a line after its
 * answer has gone out, so wait for `auditSettled`, or for the count you expect with expect.poll.
 */
export function auditedRequests(
  auditLog: string,
  wanted: Partial<AuditedRequest> = {},
): readonly AuditedRequest[] {
  const lines = readFileSync(auditLog, 'utf8').split('\n')
  // What follows the last line break may be half a line.
  const events = lines.slice(0, -1).map((line) => JSON.parse(line) as AuditEvent)
  const unique = new Map(events.map((event) => [event.auditID, toRequest(event)]))
  const fields = Object.entries(wanted)
  return [...unique.values()].filter((request) =>
    fields.every(
      ([field, value]) => JSON.stringify(request[field as keyof AuditedRequest]) === JSON.stringify(value),
    ),
  )
}

const settledMs = 60_000
let marks = 0

/** Resolves when requests that have been answered are in the log: it asks for something itself, and waits for that line. */
export async function auditSettled(api: ApiClient, auditLog: string): Promise<void> {
  marks += 1
  const mark = `/version?mark=${process.pid}-${marks}`
  const from = statSync(auditLog).size
  await api.request('GET', mark)
  const deadline = performance.now() + settledMs
  while (!readFileSync(auditLog).subarray(from).includes(mark)) {
    if (performance.now() > deadline) throw new Error(`${mark} is not in ${auditLog}`)
    await wait(10)
  }
}

function toRequest(event: AuditEvent): AuditedRequest {
  return {
    verb: event.verb,
    user: event.user.username,
    groups: event.user.groups ?? [],
    namespace: event.objectRef?.namespace,
    resource: event.objectRef?.resource,
    subresource: event.objectRef?.subresource,
    name: event.objectRef?.name,
    status: event.responseStatus?.code ?? 0,
    uri: event.requestURI,
    answeredAt: event.stageTimestamp,
  }
}
