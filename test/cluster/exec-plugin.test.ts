import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { runExecPlugin } from '../../src/cluster/exec-plugin.ts'
import type { ExecCredentialPlugin } from '../../src/model/kubeconfig.ts'
import { loginOf, shellPlugin } from '../support/cluster-login.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'osferry-plugin-'))
})
afterEach(() => rm(folder, { recursive: true }))

const login = loginOf({}, { ca: { data: 'Q0E=' } })

function plugin(body: string, more: Partial<ExecCredentialPlugin> = {}): Promise<ExecCredentialPlugin> {
  return shellPlugin(folder, body, more)
}

function run(made: ExecCredentialPlugin, timeoutMs = 60_000): ReturnType<typeof runExecPlugin> {
  const { signal } = new AbortController()
  return runExecPlugin(login, made, { env: { PATH: process.env['PATH'] }, timeoutMs, signal })
}

const answer = (status: object): string =>
  `cat <<'END'\n${JSON.stringify({ apiVersion: 'client.authentication.k8s.io/v1', kind: 'ExecCredential', status })}\nEND`

describe('runExecPlugin', () => {
  it('gives token, certificate and end', async () => {
    const made = await plugin(
      answer({
        token: 'T',
        clientCertificateData: 'C',
        clientKeyData: 'K',
        expirationTimestamp: '2026-01-01T00:00:00Z',
      }),
    )
    expect(await run(made)).toEqual({
      token: 'T',
      certificate: 'C',
      key: 'K',
      expiresAt: Date.UTC(2026, 0, 1),
    })
  })

  it('tells the plugin of the cluster when it asks, and that nobody can be asked', async () => {
    const body = `token=$(printf '%s' "$KUBERNETES_EXEC_INFO" | base64 -w0)\nprintf '{"status":{"token":"%s"}}' "$token.$OWN.$1"`
    const made = await plugin(body, {
      args: ['one word'],
      env: [{ name: 'OWN', value: 'mine' }],
      provideClusterInfo: true,
    })
    const [info = '', own, argument] = ((await run(made)).token ?? '').split('.')
    expect([own, argument]).toEqual(['mine', 'one word'])
    expect(JSON.parse(Buffer.from(info, 'base64').toString())).toEqual({
      apiVersion: 'client.authentication.k8s.io/v1',
      kind: 'ExecCredential',
      spec: {
        interactive: false,
        cluster: { server: 'https://blue.example:6443', 'certificate-authority-data': 'Q0E=' },
      },
    })
  })

  it.each([
    ['echo "you must log in" >&2; exit 3', 'ended with 3: you must log in'],
    ['echo CANARY', 'printed no ExecCredential'],
    [answer({}), 'printed no ExecCredential'],
    [answer({ clientCertificateData: 'C' }), 'printed no ExecCredential'],
    ['head -c 3000000 /dev/zero', 'printed more than'],
    ['kill -9 $$', 'was ended by SIGKILL'],
  ])('says what a plugin did that gives nothing: %s', async (body, words) => {
    const failure = run(await plugin(body, { installHint: 'install it' }))
    await expect(failure).rejects.toMatchObject({
      code: 'CLUSTER_LOGIN_FAILED',
      message: expect.stringContaining(words) as string,
      hint: 'install it',
    })
    await expect(failure).rejects.not.toMatchObject({ message: expect.stringContaining('CANARY') as string })
  })

  it('ends a plugin that hangs, and names one that is not there', async () => {
    await expect(run(await plugin('exec sleep 60'), 300)).rejects.toMatchObject({
      code: 'CLUSTER_LOGIN_FAILED',
    })
    const absent = { ...(await plugin('true')), command: join(folder, 'absent') }
    await expect(run(absent)).rejects.toMatchObject({
      message: `the credential plugin ${absent.command} is not there`,
    })
  })
})
