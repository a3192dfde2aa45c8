import type { KernelLine, KernelProfile } from '../model/kernel.ts'

/** The kernel of a line as far as the built-in tables know it; what they do not hold is `unknown`. */
export function builtinKernelProfile(line: KernelLine, arch: string): KernelProfile {
  const source = `no table for ${line} on ${arch}`
  return {
    id: `builtin:${line}:${arch}`,
    line,
    arch,
    completeness: { en: 'Nothing is known of this kernel.', zh: '没有该内核的任何数据。' },
    module: () => ({ answer: 'unknown', source }),
    option: () => ({ answer: 'unknown', source }),
    symbol: () => 'unknown',
  }
}
