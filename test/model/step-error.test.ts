import { expect, it } from 'vitest'
import { MigrationError, type ErrorCode } from '../../src/model/errors.ts'
import { failureOf, StepError } from '../../src/model/step-error.ts'

it.each<[ErrorCode, string]>([
  ['HOST_LOST', 'transient'],
  ['HOST_PROTOCOL', 'transient'],
  ['ARTIFACT_STORE_UNREACHABLE', 'transient'],
  ['DATA_CHANGED', 'transient'],
  ['ARTIFACT_STORE_FAILED', 'config'],
  ['ARTIFACT_STORE_DENIED', 'config'],
  ['DATA_READ_FAILED', 'config'],
  ['DATA_TARGET_REFUSED', 'config'],
  ['DATA_WRITE_FAILED', 'config'],
  ['HOST_KEY_CHANGED', 'config'],
  ['ARTIFACT_NOT_FOUND', 'data'],
  ['ARTIFACT_DAMAGED', 'data'],
  ['DATA_ARCHIVE_INVALID', 'data'],
  ['DATA_MISMATCH', 'data'],
  ['CLUSTER_LOCKED', 'lost-lock'],
])('classes %s as %s', (code, failureClass) => {
  expect(failureOf(new MigrationError(code, 'why'))).toEqual({ class: failureClass, code, message: 'why' })
})

it('takes the class that a step has chosen, and knows nothing of other errors', () => {
  expect(failureOf(new StepError('data', 'why', { code: 'MINE' }))).toMatchObject({
    class: 'data',
    code: 'MINE',
  })
  expect(failureOf(new TypeError('bug'))).toMatchObject({ class: 'unknown', message: 'bug' })
})
