import { expect, it } from 'vitest'
import type { RollbackMeans } from '../../src/model/plan.ts'
import type { Target } from '../../src/model/target.ts'
import {
  hasFallenBack,
  isOldSystem,
  systemBefore,
  type SystemBefore,
  type SystemNow,
} from '../../src/steps/old-system.ts'

const centos = 'CentOS Linux 8 (Core)'
const [own, other] = ['a'.repeat(32), 'b'.repeat(32)]
const now: SystemNow = { osImage: centos, machineId: own, isOtherId: true }
const known: SystemBefore = { osImage: centos, machineId: own }
const neither: SystemBefore = { osImage: undefined, machineId: undefined }

it.each<[string, SystemBefore, Partial<SystemNow>, Target, boolean]>([
  ['the same name and installation', known, {}, 'containeros', true],
  ['the same of one that was to be converted', known, {}, 'anolis-anck', true],
  [
    'the name alone, when no machine id is known',
    { ...known, machineId: undefined },
    {},
    'containeros',
    true,
  ],
  ['the same name, installed anew', known, { machineId: other }, 'containeros', false],
  [
    'another name with the machine id that was carried over',
    known,
    { osImage: 'LifseaOS 3' },
    'containeros',
    false,
  ],
  [
    'only the machine id, where a disk is written anew',
    { ...known, osImage: undefined },
    {},
    'containeros',
    true,
  ],
  ['only the machine id, of a system without a name', known, { osImage: undefined }, 'containeros', true],
  ['only the machine id, where it stays', { ...known, osImage: undefined }, {}, 'anolis-rhck', false],
  [
    'only the machine id, and the ID that was meant',
    { ...known, osImage: undefined },
    { isOtherId: false },
    'containeros',
    false,
  ],
  ['nothing that was known', neither, {}, 'containeros', false],
  ['nothing that is known', neither, { osImage: undefined, machineId: undefined }, 'containeros', false],
])('knows the old system by %s', (...[, before, seen, target, is]) => {
  expect(isOldSystem(before, { ...now, ...seen }, { target })).toBe(is)
})

const snapshot = {
  file: 'cluster-1.json',
  sha256: 'c'.repeat(64),
  takenAt: '2026-11-22T10:00:00Z',
  uid: 'uid-1',
  bootId: null,
  machineId: other,
  osImage: centos,
}

it.each<[string, Parameters<typeof systemBefore>, SystemBefore]>([
  ['both', [snapshot, { machine: 'proven', machineId: own }], known],
  [
    'the node, when the machine was not proven',
    [snapshot, { machine: 'not proven' }],
    { ...known, machineId: other },
  ],
  [
    'the machine, of a host that is no node',
    [undefined, { machineId: own }],
    { ...known, osImage: undefined },
  ],
  ['a snapshot that does not tell', [{ ...snapshot, osImage: null, machineId: null }, undefined], neither],
  ['nobody', [undefined, undefined], neither],
])('takes what was there before from %s', (...[, [recorded, found], before]) => {
  expect(systemBefore(recorded, found)).toEqual(before)
})

const fallen = { bootId: 'second', machineId: other, osImage: centos }
const was = { ...snapshot, bootId: 'first' }

it.each<[string, RollbackMeans, Partial<typeof fallen>, object | undefined, boolean]>([
  ['that has booted again', 'old-deployment', {}, was, true],
  ['on the disk that was kept', 'old-disk', {}, was, true],
  ['that is to be written anew', 'snapshot', {}, was, false],
  ['that has not booted since', 'old-disk', { bootId: 'first' }, was, false],
  ['that may have booted since', 'old-disk', {}, snapshot, false],
  ['that may not be the old one', 'old-disk', {}, { ...was, osImage: null }, false],
  ['that is another one', 'old-disk', { osImage: 'LifseaOS 3' }, was, false],
  ['that was installed anew', 'old-disk', { machineId: own }, was, false],
  ['of which nobody knows how it was', 'old-disk', {}, undefined, false],
])('tells whether a system has fallen back: one %s', (...[, means, seen, recorded, has]) => {
  const node = { target: 'containeros', rollback: { means, acceptedBy: null } } as const
  expect(hasFallenBack(node, { ...fallen, ...seen }, recorded as typeof was | undefined)).toBe(has)
})
