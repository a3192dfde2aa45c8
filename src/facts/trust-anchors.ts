import { defineCollector } from '../model/collector.ts'

const directories = [
  '/etc/pki/ca-trust/source/anchors/*',
  '/usr/share/pki/ca-trust-source/anchors/*',
] as const

/** Certificate authorities that the administrator added: file names, not content. */
export const trustAnchors = defineCollector({
  fact: 'trustAnchors',
  set: 'full',
  command: 'ls /etc/pki/ca-trust/source/anchors',
  paths: directories,
  parse(input) {
    return { files: directories.flatMap((pattern) => [...input.pathsMatching(pattern)]) }
  },
})
