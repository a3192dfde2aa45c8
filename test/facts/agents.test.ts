import { describe, expect, it } from 'vitest'
import { knownAgents } from '../../src/facts/agent-table.ts'
import { agents } from '../../src/facts/agents.ts'
import { cloudNative } from '../../src/facts/cloud-native.ts'
import { knownCloudNative } from '../../src/facts/cloud-native-table.ts'
import { marksOf } from '../../src/facts/known-software.ts'
import { collectorInput } from '../support/collector-input.ts'

const stdout =
  '\u001epackages\nfalcon-sensor\t0\t6.3\t1.el8\tx86_64\t1\t\t\tCrowdStrike\nkatello-ca-consumer-sat.example.com\t0\t1\t1\tnoarch\t1\t\t\t\n'

describe('agents', () => {
  it('finds agents by package, by unit and by path, and says by which', () => {
    const input = collectorInput({
      stdout,
      paths: { '/etc/systemd/system/node_exporter.service': 'file', '/usr/local/aegis': 'directory' },
    })
    expect(agents.parse(input)).toEqual({
      agents: expect.arrayContaining([
        { id: 'aliyun-aegis', name: 'Alibaba Cloud Security Center', evidence: 'path /usr/local/aegis' },
        { id: 'crowdstrike-falcon', name: 'CrowdStrike Falcon', evidence: 'package falcon-sensor' },
        { id: 'node-exporter', name: 'Prometheus node_exporter', evidence: 'unit node_exporter.service' },
        expect.objectContaining({ id: 'katello', evidence: 'package katello-ca-consumer-sat.example.com' }),
      ]),
    })
  })

  it('finds none on a plain host', () => {
    const plain = '\u001epackages\nbash\t0\t4\t1\tx86_64\t1\t\t\tCentOS\n'
    expect(agents.parse(collectorInput({ stdout: plain }))).toEqual({ agents: [] })
  })
})

describe('cloudNative', () => {
  it('finds systems by their marks', () => {
    const input = collectorInput({
      stdout,
      paths: { '/opt/kata': 'directory', '/var/lib/sealer': 'directory' },
    })
    expect(cloudNative.parse(input)).toEqual({
      systems: [
        { id: 'kata', evidence: 'path /opt/kata' },
        { id: 'sealer', evidence: 'path /var/lib/sealer' },
      ],
    })
  })
})

describe('the tables of known software', () => {
  it('have one row an id, and at least one mark a row', () => {
    for (const table of [knownAgents, knownCloudNative]) {
      const ids = table.map(({ id }) => id)
      expect(new Set(ids).size).toBe(ids.length)
      for (const row of table) {
        expect([...(row.packages ?? []), ...(row.units ?? []), ...(row.paths ?? [])]).not.toEqual([])
      }
    }
  })

  it('name only paths that are safe in a shell word', () => {
    for (const path of marksOf([...knownAgents, ...knownCloudNative])) expect(path).toMatch(/^\/[\w/.*@-]+$/)
  })
})
