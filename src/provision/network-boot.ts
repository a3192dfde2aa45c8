import { z } from 'zod'
import { isArtifactName } from './boot-artifacts.ts'
import { installScript, isScriptWord, kernelLine } from './ipxe-script.ts'

/** Stands in kernel arguments where the address of the configuration belongs. */
const urlPlaceholder = 'OSFERRY-IGNITION-URL'
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
    /** Of the kernel, without the address unless the placeholder stands in one of them. */
    arguments: z.array(word).max(100),
  })
  .refine(fitsOneLine, `the kernel takes ${mostLineBytes} bytes of arguments`)
export type NetworkBoot = z.infer<typeof NetworkBoot>

/** The script of a node for a token; `signed` = names of artifacts that have a signature beside them. */
export function networkBootScript(
  network: NetworkBoot,
  { node, token, signed }: { node: string; token: string; signed: ReadonlySet<string> },
): string {
  return installScript({
    node,
    kernel: network.kernel.name,
    initramfs: network.initramfs.map(({ name }) => name),
    arguments: wordsFor(network, token),
    signed,
  })
}

/** Where no argument of the profile has a place for the address, Ignition's own argument has it. */
function wordsFor(
  { server, arguments: words }: { server: string; arguments: readonly string[] },
  token: string,
): string[] {
  const address = `${server}/ignition/${token}`
  const hasPlace = words.some((one) => one.includes(urlPlaceholder))
  const all = hasPlace ? words : [...words, `ignition.config.url=${urlPlaceholder}`]
  return all.map((one) => one.replaceAll(urlPlaceholder, address))
}

function fitsOneLine(network: {
  server: string
  initramfs: readonly unknown[]
  arguments: readonly string[]
}): boolean {
  const line = kernelLine(network.initramfs.length, wordsFor(network, anyToken))
  return line.length <= mostLineBytes
}
