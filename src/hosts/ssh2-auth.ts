import type { AnyAuthMethod, AuthHandlerMiddleware } from 'ssh2'
import type { Credentials } from './credentials.ts'
import { asksForPassword } from './password-prompt.ts'

/** What was sent, for the message when all of it was refused. */
export interface AuthAttempts {
  /** True once any authentication request left: after that nothing is retried. */
  sent: boolean
  /** True once the host has said no to one. */
  refused: boolean
  tried: string[]
  /** The methods the host would take, once it said so. */
  offered: readonly string[]
}

/**
 * Tries keys first (no `none` request: it costs a round trip), then the agent, the password, and the password as the answer
 * to keyboard-interactive. Methods the host does not offer are passed over.
 */
export function createAuthHandler(
  username: string,
  credentials: Credentials,
  attempts: AuthAttempts,
): AuthHandlerMiddleware {
  const methods = listMethods(username, credentials)
  return (offered: unknown, hasPassedOne: unknown) => {
    attempts.sent = true
    if (Array.isArray(offered)) {
      attempts.offered = offered.map(String)
      attempts.refused ||= hasPassedOne !== true
    }
    for (;;) {
      const next = methods.shift()
      if (next === undefined) return false
      const wanted = next.method.type === 'agent' ? 'publickey' : next.method.type
      if (Array.isArray(offered) && !offered.includes(wanted)) continue
      attempts.tried.push(next.label)
      return next.method
    }
  }
}

/** `tried key ~/.ssh/id_ed25519, agent; the host offers publickey; ...`. */
export function describeAttempts(attempts: AuthAttempts, problems: readonly string[]): string {
  const tried = attempts.tried.length === 0 ? 'nothing could be tried' : `tried ${attempts.tried.join(', ')}`
  const offered = attempts.offered.length === 0 ? [] : [`the host offers ${attempts.offered.join(', ')}`]
  return [tried, ...offered, ...problems].join('; ')
}

function listMethods(
  username: string,
  { keys, agent, password }: Credentials,
): { label: string; method: AnyAuthMethod }[] {
  const methods: { label: string; method: AnyAuthMethod }[] = keys.map(({ file, key }) => ({
    label: `key ${file}`,
    method: { type: 'publickey', username, key },
  }))
  if (agent !== null) methods.push({ label: 'agent', method: { type: 'agent', username, agent } })
  if (password !== null) {
    methods.push({ label: 'password', method: { type: 'password', username, password: password.reveal() } })
    let asked = 0
    methods.push({
      label: 'keyboard-interactive',
      method: {
        type: 'keyboard-interactive',
        username,
        prompt: (...question) => {
          const [, , , prompts, finish] = question
          // One hidden question for the password, once: anything else (a code, a second try) has no answer here, and an
          // empty one ends it.
          const [first] = prompts
          const alone = asked++ === 0 && prompts.length === 1 && first?.echo !== true
          const known = alone && asksForPassword(first?.prompt ?? '')
          finish(known ? [password.reveal()] : prompts.map(() => ''))
        },
      },
    })
  }
  return methods
}
