import { describe, expect, it } from 'vitest'
import type { DataRule } from '../../src/model/data-rules.ts'
import type { PlannedNode } from '../../src/model/plan.ts'
import { undecidedPaths } from '../../src/model/undecided-paths.ts'
import { modelPlan } from '../migrate/model-plan.ts'
import { parkedPath } from '../support/data-run.ts'
import { planStep } from '../support/engine-run.ts'

const [planned] = modelPlan([{ nodes: ['a'] }]).nodes
const node = (more: Partial<PlannedNode> = {}): PlannedNode => ({
  ...planned!,
  steps: [planStep('host.provision')],
  data: [parkedPath('/srv/db')],
  ...more,
})
const discard: DataRule = { path: '/var/log/app', action: 'discard', reason: 'logs' }

describe('directories of which a plan says nothing', () => {
  it.each<{ what: string; path: string; rules?: DataRule[]; more?: Partial<PlannedNode> }>([
    { what: 'is decided by name', path: '/srv/db' },
    { what: 'lies in one that is decided', path: '/srv/db/wal' },
    { what: 'is written otherwise', path: '/srv//./db/' },
    { what: 'the kubelet makes anew', path: '/var/log/pods' },
    { what: 'ends with the system', path: '/run/app' },
    { what: 'a rule discards', path: '/var/log/app/web', rules: [discard] },
    {
      what: 'a rule discards by name',
      path: '/var/log/app/web/',
      rules: [{ ...discard, ids: ['local-volume:/var/log/app/web'] }],
    },
    {
      what: 'a rule discards on this host',
      path: '/var/log/app',
      rules: [{ ...discard, hosts: [planned!.host] }],
    },
    { what: 'is on a node that only is drained', path: '/srv/new', more: { steps: [] } },
    {
      what: 'is on a disk that nobody writes anew',
      path: '/srv/new',
      more: { target: 'anolis-anck', rollback: { means: 'snapshot', acceptedBy: null } },
    },
  ])('leaves out one that $what', ({ path, rules = [], more = {} }) => {
    expect(undecidedPaths([path], node(more), rules)).toEqual([])
  })

  it.each<{ what: string; path: string; rules?: DataRule[]; more?: Partial<PlannedNode> }>([
    { what: 'is new', path: '/srv/new' },
    { what: 'holds one that is decided', path: '/srv' },
    { what: 'only begins alike', path: '/srv/db2' },
    { what: 'leads up', path: '/srv/db/../new' },
    {
      what: 'nobody had decided',
      path: '/srv/db',
      more: { data: [{ ...parkedPath('/srv/db'), action: null }] },
    },
    {
      what: 'lies in the root of the kubelet, which is discarded',
      path: '/var/lib/kubelet/plugins/disk',
      more: { data: [{ ...parkedPath('/var/lib/kubelet'), kind: 'kubelet-root', action: 'discard' }] },
    },
    {
      what: 'a rule would park: nothing of it would be archived',
      path: '/srv/new',
      rules: [{ ...discard, path: '/srv', action: 'park' }],
    },
    { what: 'an earlier rule keeps', path: '/var/log/app', rules: [{ ...discard, action: 'park' }, discard] },
    { what: 'is discarded on other hosts', path: '/var/log/app', rules: [{ ...discard, hosts: ['other'] }] },
    {
      what: 'has come since a whole kind of what was found was discarded',
      path: '/srv/new',
      rules: [
        { kind: 'local-volume', hosts: [planned!.host], action: 'discard', reason: 'in the SAN' },
        { kind: 'host-path', action: 'discard', acceptUnknown: true, reason: 'all of it' },
      ],
    },
    {
      what: 'has come beside those that were discarded by name',
      path: '/var/log/app/new',
      rules: [{ ...discard, ids: ['host-path:/var/log/app/web'] }],
    },
    {
      what: 'is discarded when it is an image',
      path: '/var/log/app',
      rules: [{ ...discard, kind: 'images' }],
    },
    {
      what: 'is lost on the way back',
      path: '/srv/new',
      more: { target: 'anolis-anck', rollback: { means: 'reinstall', acceptedBy: null } },
    },
  ])('tells of one that $what', ({ path, rules = [], more = {} }) => {
    expect(undecidedPaths(['/srv/db/wal', path], node({ ...more }), rules)).toContain(path)
  })
})
