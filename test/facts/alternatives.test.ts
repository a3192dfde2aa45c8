import { describe, expect, it } from 'vitest'
import { alternatives } from '../../src/facts/alternatives.ts'
import { collectorInput } from '../support/collector-input.ts'

describe('alternatives', () => {
  it('reads who chooses each name and where it points', () => {
    const files = {
      '/var/lib/alternatives/java': 'manual\n/usr/bin/java\n\n/usr/lib/jvm/java-1.8.0/bin/java\n1800292\n',
      '/var/lib/alternatives/ld': 'auto\n/usr/bin/ld\n',
      '/var/lib/alternatives/broken': '???\n',
    }
    const links = { '/etc/alternatives/java': '/usr/lib/jvm/java-1.8.0/bin/java' }
    expect(alternatives.parse(collectorInput({ files, links }))).toEqual({
      links: [
        { name: 'java', mode: 'manual', target: '/usr/lib/jvm/java-1.8.0/bin/java' },
        { name: 'ld', mode: 'auto', target: null },
      ],
    })
  })
})
