import { chmodSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readRunRequest, removeRunRequest, writeRunRequest } from '../../src/inventory/run-request-file.ts'
import type { RunRequestDocument } from '../../src/model/run-request.ts'

const request: RunRequestDocument = {
  schema: 'run-request/v1',
  run: '20261121-120000-aaaaaa',
  to: 'token',
  want: 'pause',
  by: 'ops@test',
  at: '2026-11-21T12:00:00.000Z',
}

let directory = ''
let file = ''
beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'osferry-request-'))
  file = path.join(directory, 'runs', 'request.json')
})
afterEach(() => rmSync(directory, { recursive: true }))

describe('what is asked of a run', () => {
  it('is read as it was written, until it is taken away', async () => {
    expect(await readRunRequest(file)).toBeUndefined()
    await writeRunRequest(file, request)
    await writeRunRequest(file, { ...request, want: 'abort' })
    expect(await readRunRequest(file)).toEqual({ ...request, want: 'abort' })
    removeRunRequest(file)
    removeRunRequest(file)
    expect(await readRunRequest(file)).toBeUndefined()
  })

  it('is nothing when others could have written it', async () => {
    await writeRunRequest(file, request)
    chmodSync(file, 0o620)
    await expect(readRunRequest(file)).rejects.toMatchObject({ code: 'DOCUMENT_INVALID' })
    rmSync(file)
    symlinkSync(path.join(directory, 'elsewhere'), file)
    await expect(readRunRequest(file)).rejects.toMatchObject({ code: 'DOCUMENT_INVALID' })
  })

  it.each<[string, string]>([
    ['no JSON', 'DOCUMENT_INVALID'],
    [JSON.stringify({ ...request, want: 'delete' }), 'DOCUMENT_INVALID'],
    [JSON.stringify({ ...request, schema: 'run-request/v2' }), 'DOCUMENT_NEWER'],
    ['x'.repeat(17 * 1024), 'DOCUMENT_TOO_LARGE'],
  ])('is refused when it is %.40s', async (text, code) => {
    await writeRunRequest(file, request)
    writeFileSync(file, text)
    await expect(readRunRequest(file)).rejects.toMatchObject({ code })
  })
})
