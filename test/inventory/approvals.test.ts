import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { addApproval, approvalsPath, readApprovals } from '../../src/inventory/approvals-file.ts'
import { approvalText, judgeApprovals, requireApprovals } from '../../src/inventory/judge-approvals.ts'
import { signText, verifyText } from '../../src/inventory/ssh-signature.ts'
import { approvalNamespace, type Approval } from '../../src/model/approvals.ts'
import { certify, makeKey, signBySshKeygen, type TestKey } from '../support/ssh-keys.ts'
import { tempDirectory } from './temp.ts'

const digest = 'ab'.repeat(32)
const other = 'cd'.repeat(32)
const at = '2026-11-21T00:00:00.000Z'
const { signal } = new AbortController()

function approval(
  identity: string,
  key: TestKey,
  { about = digest, namespace = approvalNamespace }: { about?: string; namespace?: string } = {},
): Approval {
  return { digest: about, identity, at, signature: signBySshKeygen(key, approvalText(about), namespace) }
}

/** Another letter in the signature itself, behind the key. */
function changeLetter(signature: string): string {
  const at = signature.lastIndexOf('\n-----END') - 20
  return `${signature.slice(0, at)}${signature.charAt(at) === 'A' ? 'B' : 'A'}${signature.slice(at + 1)}`
}

async function world() {
  const directory = await tempDirectory()
  const [alice, bob, eve] = ['alice', 'bob', 'eve'].map((name) => makeKey(directory, name)) as [
    TestKey,
    TestKey,
    TestKey,
  ]
  const allowedSigners = join(directory, 'signers')
  const allow = (...lines: string[]): Promise<void> => writeFile(allowedSigners, `${lines.join('\n')}\n`)
  await allow(
    `alice@example.com ${alice.publicKey}`,
    `bob@example.com namespaces="osferry-plan" ${bob.publicKey}`,
  )
  const judge = async (...approvals: Approval[]) => {
    const judged = await judgeApprovals(approvals, { digest, allowedSigners, signal })
    return judged.map(({ identity, result, reason }) => ({ identity, result, reason }))
  }
  return { directory, alice, bob, eve, allowedSigners, allow, judge }
}

describe('judgeApprovals', () => {
  it('counts people whom the file allows, each once', async () => {
    const { alice, bob, judge } = await world()
    expect(await judge(approval('alice@example.com', alice), approval('bob@example.com', bob))).toEqual([
      { identity: 'alice@example.com', result: 'good', reason: '' },
      { identity: 'bob@example.com', result: 'good', reason: '' },
    ])
  })

  it('refuses the signature of another plan, whatever its approval says', async () => {
    const { alice, bob, judge } = await world()
    const forged = { ...approval('alice@example.com', alice, { about: other }), digest }
    expect(await judge(forged, approval('bob@example.com', bob, { about: other }))).toEqual([
      { identity: 'alice@example.com', result: 'refused', reason: expect.stringMatching(/signature/i) },
      { identity: 'bob@example.com', result: 'other-plan', reason: `approves ${other}` },
    ])
  })

  it('refuses whom the file does not allow, also under the name of somebody else', async () => {
    const { eve, judge } = await world()
    const results = await judge(approval('eve@example.com', eve), approval('alice@example.com', eve))
    expect(results.map(({ result }) => result)).toEqual(['refused', 'refused'])
  })

  it('refuses a signature that was made for something else', async () => {
    const { alice, judge } = await world()
    expect(await judge(approval('alice@example.com', alice, { namespace: 'git' }))).toEqual([
      { identity: 'alice@example.com', result: 'refused', reason: expect.stringContaining('namespace') },
    ])
  })

  it('refuses a key whose line is for another namespace, or is over, or has not begun', async () => {
    const { alice, allow, judge } = await world()
    for (const option of ['namespaces="git"', 'valid-before="20200101"', 'valid-after="20990101"']) {
      await allow(`alice@example.com ${option} ${alice.publicKey}`)
      expect(await judge(approval('alice@example.com', alice))).toMatchObject([{ result: 'refused' }])
    }
    await allow(`alice@example.com valid-after="20200101",valid-before="20990101" ${alice.publicKey}`)
    expect(await judge(approval('alice@example.com', alice))).toMatchObject([{ result: 'good' }])
  })

  it('counts nobody twice: neither the same approval, nor two names of a key, nor two keys of a name', async () => {
    const { directory, alice, bob, allow, judge } = await world()
    const second = makeKey(directory, 'alice-2')
    await allow(
      `alice@example.com ${alice.publicKey}`,
      `boss@example.com ${alice.publicKey}`,
      `alice@example.com ${second.publicKey}`,
      `bob@example.com ${bob.publicKey}`,
    )
    const once = approval('alice@example.com', alice)
    const results = await judge(
      once,
      once,
      approval('boss@example.com', alice),
      approval('alice@example.com', second),
      approval('bob@example.com', bob),
    )
    expect(results.map(({ result }) => result)).toEqual([
      'good',
      'same-signer',
      'same-signer',
      'same-signer',
      'good',
    ])
  })

  it('counts a key once, plain and as a certificate, and the certificate of another key as another', async () => {
    const { directory, alice, bob, allow, judge } = await world()
    const authority = makeKey(directory, 'authority')
    await allow(
      `alice@example.com ${alice.publicKey}`,
      `boss@example.com cert-authority ${authority.publicKey}`,
      `bob@example.com cert-authority ${authority.publicKey}`,
    )
    const plain = approval('alice@example.com', alice)
    const asBoss = approval('boss@example.com', certify(alice, authority, 'boss@example.com'))
    const asBob = approval('bob@example.com', certify(bob, authority, 'bob@example.com'))
    const results = async (...approvals: Approval[]) =>
      (await judge(...approvals)).map(({ identity, result }) => `${identity} ${result}`)
    expect(await results(plain, asBoss, asBob)).toEqual([
      'alice@example.com good',
      'boss@example.com same-signer',
      'bob@example.com good',
    ])
    expect(await results(asBoss, plain)).toEqual(['boss@example.com good', 'alice@example.com same-signer'])
  })

  it.each([
    ['of which one letter was changed', changeLetter],
    ['that is empty', () => '-----BEGIN SSH SIGNATURE-----\nAAAA\n-----END SSH SIGNATURE-----\n'],
    [
      'of zeros',
      () =>
        `-----BEGIN SSH SIGNATURE-----\n${'A'.repeat(70)}\n${'A'.repeat(70)}\n-----END SSH SIGNATURE-----\n`,
    ],
  ])('refuses a signature %s', async (_, change) => {
    const { alice, judge } = await world()
    const good = approval('alice@example.com', alice)
    const signature = change(good.signature)
    expect(signature).not.toBe(good.signature)
    expect(await judge({ ...good, signature })).toMatchObject([{ result: 'refused' }])
  })

  it('refuses everybody when nobody is allowed', async () => {
    const { alice, allow, judge } = await world()
    await allow('# nobody')
    expect(await judge(approval('alice@example.com', alice))).toMatchObject([{ result: 'refused' }])
  })
})

describe('requireApprovals', () => {
  const good = { identity: 'a', at, digest, result: 'good', key: 'k', reason: '' } as const

  it('is content with enough of them, whatever else is there', () => {
    const bad = { ...good, result: 'refused', key: null, reason: 'no' } as const
    expect(() => requireApprovals([bad, good], { required: 1, planPath: 'p' })).not.toThrow()
  })

  it('says how many there are of how many, and why the others do not count', () => {
    expect(() => requireApprovals([good], { required: 2, planPath: 'plan.json' })).toThrow(
      expect.objectContaining({ code: 'APPROVAL_MISSING', message: 'plan.json has 1 of 2 approvals' }),
    )
    const bad = { ...good, identity: 'b', result: 'same-signer', reason: 'counted as a, k' } as const
    expect(() => requireApprovals([good, bad], { required: 2, planPath: 'plan.json' })).toThrow(
      expect.objectContaining({
        code: 'APPROVAL_INVALID',
        message: 'plan.json has 1 of 2 approvals; b: same-signer, counted as a, k',
      }),
    )
  })
})

describe('signText', () => {
  const text = approvalText(digest)
  const namespace = approvalNamespace

  it.each(['ed25519', 'ecdsa', 'rsa'])('signs with a key of kind %s what verifyText takes', async (type) => {
    const directory = await tempDirectory()
    const key = makeKey(directory, 'alice', { type })
    const allowedSigners = join(directory, 'signers')
    await writeFile(allowedSigners, `alice ${key.publicKey}\n`)
    const signature = await signText({ text, namespace, key: key.path, mayAsk: false, signal })
    const options = { signature, namespace, identity: 'alice', allowedSigners, signal }
    expect(await verifyText({ ...options, text })).toMatchObject({
      isGood: true,
      key: expect.stringContaining('SHA256:'),
    })
    expect(await verifyText({ ...options, text: `${text} ` })).toMatchObject({ isGood: false })
  })

  it('asks nobody for a passphrase where nobody may be asked', async () => {
    const directory = await tempDirectory()
    const key = makeKey(directory, 'alice', { passphrase: 'swordfish' })
    await expect(signText({ text, namespace, key: key.path, mayAsk: false, signal })).rejects.toThrow(
      expect.objectContaining({ code: 'SIGNING_FAILED', hint: expect.stringContaining('agent') }),
    )
  })

  it('says in the words of ssh-keygen why a key cannot sign', async () => {
    const directory = await tempDirectory({ 'no-key': 'nonsense\n' })
    for (const name of ['gone', 'no-key']) {
      const key = join(directory, name)
      await expect(signText({ text, namespace, key, mayAsk: false, signal })).rejects.toThrow(
        expect.objectContaining({ code: 'SIGNING_FAILED', message: expect.stringContaining(key) }),
      )
    }
  })

  it('stops when it is told to', async () => {
    const stopped = AbortSignal.abort(new DOMException('SIGINT', 'AbortError'))
    await expect(signText({ text, namespace, key: '/x', mayAsk: false, signal: stopped })).rejects.toThrow(
      'SIGINT',
    )
  })
})

describe('the file of approvals', () => {
  const options = { language: 'en', signal } as const

  it('stands beside its plan, and keeps one approval a person and plan', async () => {
    const { directory, alice, bob } = await world()
    const path = approvalsPath(join(directory, 'plan.json'))
    expect(path).toBe(join(directory, 'plan.approvals.json'))
    expect(await readApprovals(path)).toEqual([])
    const first = approval('alice@example.com', alice)
    await addApproval(path, { ...first, at: '2026-01-01T00:00:00.000Z' }, options)
    await addApproval(path, approval('bob@example.com', bob), options)
    await addApproval(path, approval('alice@example.com', alice, { about: other }), options)
    await addApproval(path, first, options)
    const kept = (await readApprovals(path)).map((one) => [one.identity, one.digest, one.at])
    expect(kept).toEqual([
      ['bob@example.com', digest, at],
      ['alice@example.com', other, at],
      ['alice@example.com', digest, at],
    ])
  })

  it('loses none of several that are added at a time', async () => {
    const { directory, alice } = await world()
    const path = join(directory, 'plan.approvals.json')
    const people = Array.from({ length: 12 }, (_, index) => `person-${index}@example.com`)
    const one = approval('alice@example.com', alice)
    await Promise.all(people.map((identity) => addApproval(path, { ...one, identity }, options)))
    expect((await readApprovals(path)).map(({ identity }) => identity).toSorted()).toEqual(people.toSorted())
  })

  it.each([
    [
      'a flag for ssh-keygen as a name',
      (text: string) => text.replace('alice@example.com', '-f/etc/shadow'),
      /approvals\[0\]\.identity: a name is made of/,
    ],
    [
      'a pattern as a name',
      (text: string) => text.replace('alice@example.com', '*'),
      /approvals\[0\]\.identity/,
    ],
    [
      'a digest that is none',
      (text: string) => text.replace(digest, 'ab'),
      /approvals\[0\]\.digest: a digest is 64 hex digits/,
    ],
    [
      'a signature that is none',
      (text: string) => text.replace('BEGIN SSH', 'BEGIN PGP'),
      /approvals\[0\]\.signature: a signature is what/,
    ],
    ['no time', (text: string) => text.replace(at, 'yesterday'), /approvals\[0\]\.at/],
    [
      'more than is known',
      (text: string) => text.replace('"at"', '"trusted": true, "at"'),
      /approvals\[0\]\.trusted: /,
    ],
    ['no end', (text: string) => text.slice(0, 100), /approvals\.json:\d+:\d+: /],
    ['a key twice', (text: string) => text.replace('"at"', '"digest": "x", "at"'), /unique/],
  ])('is refused with %s', async (_, change, message) => {
    const { directory, alice } = await world()
    const path = join(directory, 'plan.approvals.json')
    await addApproval(path, approval('alice@example.com', alice), options)
    await writeFile(path, change(await readFile(path, 'utf8')))
    await expect(readApprovals(path)).rejects.toThrow(
      expect.objectContaining({ code: 'APPROVAL_INVALID', message: expect.stringMatching(message) }),
    )
  })

  it('is refused with more approvals than anybody needs', async () => {
    const { directory, alice } = await world()
    const path = join(directory, 'plan.approvals.json')
    const one = approval('alice@example.com', alice)
    await writeFile(
      path,
      JSON.stringify({ schema: 'approvals/v1', approvals: Array.from({ length: 201 }, () => one) }),
    )
    await expect(readApprovals(path)).rejects.toThrow(expect.objectContaining({ code: 'APPROVAL_INVALID' }))
  })
})

describe('ssh-keygen', () => {
  it('gets of our environment what it may need, and nothing else', async () => {
    const { directory, allowedSigners } = await world()
    const seen = join(directory, 'seen')
    const script = `#!/bin/sh\ntr '\\0' '\\n' </proc/$$/environ >${seen}\nexit 1\n`
    await writeFile(join(directory, 'ssh-keygen'), script, { mode: 0o755 })
    const path = `${directory}:${process.env['PATH']}`
    vi.stubEnv('PATH', path)
    vi.stubEnv('SSH_AUTH_SOCK', '/run/agent')
    vi.stubEnv('OTHER_SECRET', 'canary-91c4')
    try {
      const about = { text: 'text', namespace: approvalNamespace, signal }
      const answer = await verifyText({ ...about, signature: 'none', identity: 'alice', allowedSigners })
      expect(answer.isGood).toBe(false)
      await expect(signText({ ...about, key: 'none', mayAsk: false })).rejects.toMatchObject({
        code: 'SIGNING_FAILED',
      })
    } finally {
      vi.unstubAllEnvs()
    }
    const given = (await readFile(seen, 'utf8')).split('\n')
    expect(given).toEqual(expect.arrayContaining([`PATH=${path}`, 'SSH_AUTH_SOCK=/run/agent', 'LC_ALL=C']))
    expect(given.join('\n')).not.toContain('canary')
  })
})
