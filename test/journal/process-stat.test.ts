import { spawn } from 'node:child_process'
import { describe, expect, it, vi } from 'vitest'
import { processStat, sessionState } from '../../src/journal/process-stat.ts'

const never = 4_194_305

describe('what the kernel tells of a process', () => {
  it('is there while it has not ended, whatever its name holds', async () => {
    const child = spawn('sleep', ['600'], { detached: true, stdio: 'ignore', argv0: 'a ) S 1 b' })
    const pid = child.pid ?? 0
    await vi.waitUntil(() => sessionState(pid) === 'there')
    expect(processStat(pid)).toEqual({
      isStopped: false,
      session: pid,
      startedTicks: expect.stringMatching(/^\d+$/) as string,
    })
    child.kill('SIGSTOP')
    await vi.waitUntil(() => JSON.stringify(processStat(pid)).includes('"isStopped":true'))
    child.kill('SIGKILL')
    await vi.waitUntil(() => processStat(pid) === 'gone')
    expect(sessionState(pid)).toBe('gone')
  })

  it('is gone when it is not there, and unseen when it cannot be read', () => {
    expect([processStat(never), sessionState(never)]).toEqual(['gone', 'gone'])
    // A file where a directory should be: neither ENOENT nor ESRCH.
    expect(processStat('self/status')).toBe('unseen')
  })
})
