import { defineCollector } from '../model/collector.ts'

/** machine-id(5). */
export const machineId = defineCollector({
  fact: 'machineId',
  set: 'basic',
  command: 'cat /etc/machine-id',
  files: ['/etc/machine-id'],
  parse(input) {
    const text = input.text('/etc/machine-id')
    if (text === undefined) return { id: null, raw: 'missing' }
    const id = text.trim()
    if (id === '') return { id: null, raw: 'empty' }
    if (id === 'uninitialized') return { id: null, raw: 'uninitialized' }
    return /^[0-9a-f]{32}$/.test(id) ? { id, raw: 'valid' } : { id: null, raw: 'malformed' }
  },
})
