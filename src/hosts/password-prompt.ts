/** Words of a question for the login password, lower case. */
const passwordWords = ['password', '密码', '密碼', '口令', 'パスワード'] as const

/** Words of questions that the login password does not answer: one-time codes, and a new password for an expired one. */
const otherWords = [
  'one-time',
  'one time',
  'onetime',
  'otp',
  'token',
  'code',
  'verif',
  'factor',
  'new ',
  'retype',
  'again',
  'current',
  '动态',
  '動態',
  '一次性',
  '验证',
  '驗證',
  '新密码',
  '新的密码',
] as const

/** True when a hidden keyboard-interactive question asks for the login password, and for nothing else. */
export function asksForPassword(prompt: string): boolean {
  const asked = questionOf(prompt.toLowerCase())
  return (
    passwordWords.some((word) => asked.includes(word)) && !otherWords.some((word) => asked.includes(word))
  )
}

/**
 * The program ssh runs for its questions (SSH_ASKPASS, ssh(1)): passphrase questions get the passphrase, questions for the
 * login password the password; with anything else ssh is told that there is no answer.
 */
export const askpassScript = `#!/bin/sh
question=$(printf '%s' "$1" | LC_ALL=C tr 'A-Z' 'a-z')
case "$question" in
  'enter passphrase for '*) pipe=$OSFERRY_ASKPASS/passphrase ;;
  *@*"'s password: ") pipe=$OSFERRY_ASKPASS/password ;;
  *)
    case "$question" in '('*@*') '*) question=\${question#*') '} ;; esac
    question=\${question%% for *}
    case "$question" in
      ${pattern(otherWords)}) exit 1 ;;
      ${pattern(passwordWords)}) pipe=$OSFERRY_ASKPASS/password ;;
      *) exit 1 ;;
    esac ;;
esac
[ -p "$pipe" ] || exit 1
IFS= read -r answer < "$pipe" || exit 1
printf '%s\\n' "$answer"
`

/** Without the `(user@host) ` that OpenSSH 8.9 puts in front, and without whom the password is for. */
function questionOf(prompt: string): string {
  const bare =
    /^\(.*@/.test(prompt) && prompt.includes(') ') ? prompt.slice(prompt.indexOf(') ') + 2) : prompt
  return bare.split(' for ')[0] ?? ''
}

function pattern(words: readonly string[]): string {
  return words.map((word) => `*'${word}'*`).join('|')
}
