/** Kernel lines that a target can bring; `containeros` is the image's kernel (an ANCK 5.10 build, trimmed). */
export const kernelLines = ['rhck-4.18', 'anck-4.19', 'anck-5.10', 'containeros'] as const
export type KernelLine = (typeof kernelLines)[number]

/**
 * What a kernel has of one thing. `extra` = only in kernel-modules-extra (not installed by default).
 * `unknown` = the data does not say; it is never taken for present or absent.
 */
export type KernelAnswer = 'builtin' | 'module' | 'extra' | 'absent' | 'unknown'

export interface KernelAnswerWithSource {
  answer: KernelAnswer
  /** Where the answer comes from: file of the kernel data, or a URL. */
  source: string
  /** Name to use instead, when the thing was merged or renamed (`nf_conntrack_ipv4` -> `nf_conntrack`). */
  replacedBy?: string
}

/**
 * What is known of a target's kernel. The seam for exact profiles: the built-in tables implement it, and so will
 * profiles built from a reference host, a directory or RPMs.
 */
export interface KernelProfile {
  readonly id: string
  readonly line: KernelLine
  readonly arch: string
  /** How much the data behind it holds, for people. */
  readonly completeness: { en: string; zh: string }
  /** A kernel module by name; `-` and `_` are the same. */
  module(name: string): KernelAnswerWithSource
  /** A CONFIG option without the `CONFIG_` prefix. */
  option(name: string): KernelAnswerWithSource
  /** An exported symbol, and its CRC where the data has one: does an out-of-tree module that needs it still load? */
  symbol(name: string, crc: string | null): SymbolAnswer
}

/**
 * `same` = exported with the same CRC (loads unchanged); `changed` = exported, other CRC or CRC not comparable
 * (rebuild); `gone` = no longer exported (source change); `unknown` = the data does not say.
 */
export type SymbolAnswer = 'same' | 'changed' | 'gone' | 'unknown'
