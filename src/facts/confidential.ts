import { defineCollector } from '../model/collector.ts'
import { shellWords } from '../model/shell-words.ts'
import { lineOf, switchOf } from './values.ts'

const sev = '/sys/module/kvm_amd/parameters/sev'
const snp = '/sys/module/kvm_amd/parameters/sev_snp'
const tdx = '/sys/module/kvm_intel/parameters/tdx'

/** Markers of confidential computing, as host and as guest. */
export const confidential = defineCollector({
  fact: 'confidential',
  set: 'full',
  command: 'ls /dev/sev /dev/sgx* /dev/tdx*; cat /sys/module/kvm_*/parameters/*',
  files: [sev, snp, tdx, '/proc/cmdline'],
  paths: [
    '/dev/sev',
    '/dev/sgx_enclave',
    '/dev/sgx/enclave',
    '/dev/isgx',
    '/dev/tdx_guest',
    '/dev/tdx-guest',
    '/dev/sev-guest',
  ],
  parse(input) {
    const words = shellWords(lineOf(input, '/proc/cmdline') ?? '')
    return {
      sevDevice: input.paths.has('/dev/sev'),
      sevEnabled: switchOf(input, sev),
      sevSnpEnabled: switchOf(input, snp),
      tdxEnabled: switchOf(input, tdx),
      sgxDevice: ['/dev/sgx_enclave', '/dev/sgx/enclave', '/dev/isgx'].some((path) => input.paths.has(path)),
      tdxGuest: input.paths.has('/dev/tdx_guest') || input.paths.has('/dev/tdx-guest'),
      sevGuest: input.paths.has('/dev/sev-guest'),
      memEncryptArg: words.includes('mem_encrypt=on'),
    }
  },
})
