import type { LabAnswer } from './lab-cluster.ts'
import { resourceOf, type LabKind } from './lab-kinds.ts'

export interface LabStatusDetails {
  name?: string
  group?: string
  kind?: string
  uid?: string
  causes?: readonly { reason: string; message: string; field?: string }[]
  retryAfterSeconds?: number
}

/** A request that is refused, as the API server says it. */
export class LabStatusError extends Error {
  readonly code: number
  readonly reason: string
  readonly details: LabStatusDetails

  constructor(code: number, reason: string, more: { message: string; details?: LabStatusDetails }) {
    super(more.message)
    this.name = 'LabStatusError'
    this.code = code
    this.reason = reason
    this.details = more.details ?? {}
  }
}

/** The refusal as an answer. */
export function refusal(error: LabStatusError): LabAnswer {
  const { code, reason, message, details } = error
  const retry = details.retryAfterSeconds
  return {
    status: code,
    body: {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message,
      reason,
      details,
      code,
    },
    ...(retry === undefined ? {} : { headers: { 'Retry-After': String(retry) } }),
  }
}

/** The answer to what was done and left no object. */
export function success(details: LabStatusDetails = {}): object {
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details }
}

export function notFound(kind: LabKind, name: string): LabStatusError {
  return new LabStatusError(404, 'NotFound', {
    message: `${resourceOf(kind)} "${name}" not found`,
    details: about(kind, name),
  })
}

export function alreadyExists(kind: LabKind, name: string): LabStatusError {
  return new LabStatusError(409, 'AlreadyExists', {
    message: `${resourceOf(kind)} "${name}" already exists`,
    details: about(kind, name),
  })
}

export function conflict(kind: LabKind, name: string, why: string): LabStatusError {
  return new LabStatusError(409, 'Conflict', {
    message: `Operation cannot be fulfilled on ${resourceOf(kind)} "${name}": ${why}`,
    details: about(kind, name),
  })
}

export function invalid(
  kind: LabKind,
  name: string,
  problem: { field: string; message: string },
): LabStatusError {
  const { field, message } = problem
  return new LabStatusError(422, 'Invalid', {
    message: `${kind.kind}${kind.group === '' ? '' : `.${kind.group}`} "${name}" is invalid: ${field}: ${message}`,
    details: {
      ...about(kind, name),
      kind: kind.kind,
      causes: [{ reason: 'FieldValueInvalid', message, field }],
    },
  })
}

export function badRequest(message: string): LabStatusError {
  return new LabStatusError(400, 'BadRequest', { message })
}

/** The resource is not there, or the verb is none that it has; no object is named. */
export function noSuchResource(): LabStatusError {
  return new LabStatusError(404, 'NotFound', {
    message: 'the server could not find the requested resource',
  })
}

export function methodNotAllowed(): LabStatusError {
  return new LabStatusError(405, 'MethodNotAllowed', {
    message: 'the server does not allow this method on the requested resource',
  })
}

/** A version or a page that is no longer known. */
export function expired(message: string): LabStatusError {
  return new LabStatusError(410, 'Expired', { message })
}

function about({ group, resource }: LabKind, name: string): LabStatusDetails {
  return { name, ...(group === '' ? {} : { group }), kind: resource }
}
