import { z } from 'zod'
import { isArtifactName } from './boot-artifacts.ts'
import { installScript, isScriptWord, kernelLine } from './ipxe-script.ts'

/** Where an address belongs in kernel arguments, and the argument that has it when none has a place for it. */
const places = {
  ignition: { placeholder: 'OSFERRY-IGNITION-URL', argument: 'ignition.config.url' },
  progress: { placeholder: 'OSFERRY-PROGRESS-URL', argument: 'osferry.progress' },
} as const
/** Of the addresses of a machine. */
type Tokens = Readonly<Record<keyof typeof places, string>>
/** What Linux for x86 takes: COMMAND_LINE_SIZE with its end. */
const mostLineBytes = 2047
/** As long as every token is: see `readBootToken`. */
const anyToken = '0'.repeat(60)

const word = z.string().refine(isScriptWord, 'one word of printable ASCII without ${ that begins no comment')
const file = z.strictObject({
  name: z.string().refine(isArtifactName),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
})

/** What a machine runs when it boots from the network to be installed. */
export const NetworkBoot = z
  .strictObject({
    /** By which protocols it may be told; `http` = HTTPS, too. */
    over: z.enum(['https', 'http']),
    /** `https://HOST:PORT`, of the address of the configuration. */
    server: word.max(300).startsWith('https://'),
    kernel: file,
    initramfs: z.array(file).min(1).max(8),
    /** Of the kernel, without the addresses; placeholders stand where they belong, if they do. */
    arguments: z.array(word).max(100),
  })
  .refine(fitsOneLine, `the kernel takes ${mostLineBytes} bytes of arguments`)
export type NetworkBoot = z.infer<typeof NetworkBoot>

/** The script of a node for the tokens of its addresses; `signed` = names of artifacts that have a signature beside them. */
export function networkBootScript(
  network: NetworkBoot,
  { node, tokens, signed }: { node: string; tokens: Tokens; signed: ReadonlySet<string> },
): string {
  return installScript({
    node,
    kernel: network.kernel.name,
    initramfs: network.initramfs.map(({ name }) => name),
    arguments: wordsFor(network, tokens),
    signed,
  })
}

function wordsFor(
  { server, arguments: words }: { server: string; arguments: readonly string[] },
  { ignition, progress }: Tokens,
): string[] {
  const configured = withAddress(words, 'ignition', `${server}/ignition/${ignition}`)
  return withAddress(configured, 'progress', `${server}/progress/${progress}`)
}

function withAddress(words: readonly string[], use: keyof Tokens, address: string): string[] {
  const { placeholder, argument } = places[use]
  const hasPlace = words.some((one) => one.includes(placeholder))
  const all = hasPlace ? words : [...words, `${argument}=${placeholder}`]
  return all.map((one) => one.replaceAll(placeholder, () => address))
}

function fitsOneLine(network: {
  server: string
  initramfs: readonly unknown[]
  arguments: readonly string[]
}): boolean {
  const line = kernelLine(
    network.initramfs.length,
    wordsFor(network, { ignition: anyToken, progress: anyToken }),
  )
  return line.length <= mostLineBytes
}
