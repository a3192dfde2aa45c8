import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { JournalEventBody } from '../../src/model/journal-record.ts'
import type { StepName } from '../../src/model/step-names.ts'
import { gathered } from '../support/gathered.ts'
import { journalRun, openHere } from '../support/journal/open.ts'
import { park, testStores, type NamedStore } from '../support/named-stores.ts'

const { signal } = new AbortController()
const run = '20261121-080000-aaaaaa'
const stores = testStores()

type Outcome = Extract<JournalEventBody, { type: 'node-ended' }>['outcome']

/** What the steps of a node have verified, in their order, and how it has ended. */
interface NodeStory {
  done: [StepName, Record<string, unknown>][]
  outcome?: Outcome
}

/** The journal of a run of these nodes, as a run writes it. */
async function writeJournal(nodes: Readonly<Record<string, NodeStory>>): Promise<void> {
  const journal = await openHere(join(stores.cwd, '.osferry', 'journal.db'))
  try {
    journal.begin(journalRun(run))
    const tell = (node: string | null, body: JournalEventBody): void =>
      void journal.append({ run, node, body })
    tell(null, { type: 'run-started', nodes: Object.keys(nodes) })
    for (const [node, { done, outcome }] of Object.entries(nodes)) {
      tell(node, { type: 'node-started' })
      for (const [index, [uses, result]] of done.entries()) {
        const phase = uses.endsWith('.park') ? 'migrate' : 'restore'
        const step = { uses, phase, index, attempt: 1, token: `${node}:${index}` } as const
        tell(node, { type: 'step-started', ...step })
        tell(node, { type: 'step-done', ...step, result })
      }
      if (outcome !== undefined) tell(node, { type: 'node-ended', outcome })
    }
    if (Object.values(nodes).every(({ outcome }) => outcome !== undefined))
      tell(null, { type: 'run-ended', outcome: 'failed' })
  } finally {
    journal.close()
  }
}

/** Parks something, and gives what the journal remembers of it. */
async function parked({ store, name }: NamedStore, ...ids: string[]): Promise<Record<string, unknown>> {
  const archives = []
  for (const id of ids) {
    await park(store, id)
    const head = JSON.parse(
      Buffer.concat(await gathered((await store.read(`${id}/artifact.json`, { signal }))!)).toString(),
    ) as {
      sha256: string
    }
    const { sha256 } = head
    archives.push({ source: id, id, sha256, manifestSha256: sha256, entries: 1, files: 1, bytes: 1 })
  }
  return { store: name, archives, leftAlone: {} }
}

const there = async ({ store }: NamedStore): Promise<string[]> => {
  const ids = new Set<string>()
  for await (const { key } of store.list('', { signal })) ids.add(key.split('/').slice(0, 3).join('/'))
  return [...ids].sort()
}

describe.each(stores.kinds)('osferry data delete, with a store in $kind', ({ open }) => {
  it('deletes what is on its node again, and nothing else', async () => {
    const named = await open()
    const image = {
      runtime: 'docker',
      namespace: '',
      digest: `sha256:${'1'.repeat(64)}`,
      names: ['app:1'],
      config: `sha256:${'2'.repeat(64)}`,
      manifest: null,
      kept: `${run}/node-1/image`,
    }
    const { config, names, digest, manifest } = image
    await park(named.store, image.kept, { image: { config, names, digest, manifest } })
    await park(named.store, 'another-run/node-1/app')
    await writeJournal({
      'node-1': {
        done: [
          ['images.park', { place: { to: 'archive', store: named.name }, images: [image] }],
          ['data.park', await parked(named, `${run}/node-1/first`)],
          ['data.park', await parked(named, `${run}/node-1/a`, `${run}/node-1/b`)],
          ['data.restore', { archives: 2 }],
          ['images.restore', { images: 1 }],
        ],
        outcome: 'done',
      },
      'node-2': {
        done: [
          ['data.park', await parked(named, `${run}/node-2/a`)],
          ['data.restore', {}],
        ],
        outcome: 'failed',
      },
      'node-3': { done: [['data.park', await parked(named, `${run}/node-3/a`)]], outcome: 'returned' },
      'node-4': { done: [['data.park', await parked(named, `${run}/node-4/a`)]], outcome: 'done' },
      'node-5': { done: [], outcome: 'done' },
    })
    const before = await there(named)
    const dry = await named.data('delete', run, '--dry-run', '-o', 'json')
    expect([dry.code, JSON.parse(dry.stdout)]).toMatchObject([
      0,
      {
        items: [
          ...['image', 'first', 'a', 'b'].map((volume) => ({
            id: `${run}/node-1/${volume}`,
            state: 'to-delete',
          })),
          { node: 'node-2', state: 'kept', why: 'node-2 is not done (failed)' },
          { node: 'node-3', state: 'kept', why: 'node-3 is not done (returned as it was)' },
          { node: 'node-4', state: 'kept', why: 'nobody has verified that it is on node-4 again' },
        ],
      },
    ])
    expect(await there(named)).toEqual(before)

    const asked = await named.data('delete', run)
    expect([asked.code, asked.stderr]).toEqual([4, expect.stringContaining('--yes')])
    for (const node of ['node-2', 'node-3', 'node-4']) {
      const refused = await named.data('delete', run, 'node-1', node, '--yes')
      expect([refused.code, refused.stderr]).toEqual([65, expect.stringContaining('DATA_STILL_NEEDED')])
    }
    expect((await named.data('delete', run, 'node-9', '--yes')).stderr).toContain('NODE_NOT_FOUND')
    expect(await there(named)).toEqual(before)

    const deleted = await named.data('delete', 'aaaaaa', '--yes')
    expect(deleted.code).toBe(0)
    expect(deleted.stdout).toMatch(new RegExp(`^${run}/node-1/a +\\d.* deleted +-$`, 'm'))
    expect(deleted.stderr).toMatch(/4 archives \(.*\) were deleted; 3 stay, of node-2, node-3, node-4/)
    expect(await there(named)).toEqual(before.filter((id) => !id.startsWith(`${run}/node-1/`)))

    const again = await named.data('delete', run, 'node-1', 'node-5', '--lang', 'zh-CN')
    expect([again.code, again.stdout]).toEqual([0, expect.stringContaining('此前已不存在')])
    expect(again.stderr).toContain('没有可删除的存档')
  })

  it('goes on with a deletion that was cut off, and deletes nothing when one archive is of somebody else', async () => {
    const named = await open()
    const memory = await parked(named, `${run}/node-1/a`, `${run}/node-1/b`)
    await writeJournal({
      'node-1': {
        done: [
          ['data.park', memory],
          ['data.restore', {}],
        ],
        outcome: 'done',
      },
    })
    for (const name of ['artifact.json', 'data.tar.zst', 'manifest.ndjson'])
      await named.store.remove(`${run}/node-1/b/${name}`, { signal })
    await park(named.store, `${run}/node-1/b`)
    const refused = await named.data('delete', run, '--yes')
    expect([refused.code, refused.stderr]).toEqual([65, expect.stringContaining('ARTIFACT_DAMAGED')])
    expect(await there(named)).toEqual([`${run}/node-1/a`, `${run}/node-1/b`])
    // As after a kill between two objects: the head is gone.
    await named.store.remove(`${run}/node-1/b/artifact.json`, { signal })
    expect((await named.data('delete', run, '--yes')).code).toBe(0)
    expect(await there(named)).toEqual([])
  })
})

it('says that a run has parked nothing, and that there is no such run', async () => {
  const { data } = await stores.directory()
  expect((await data('delete', 'x')).stderr).toContain('RUN_NOT_FOUND')
  await writeJournal({ 'node-1': { done: [], outcome: 'done' } })
  const { code, stdout, stderr } = await data('delete', run)
  expect([code, stdout, stderr]).toEqual([0, '', expect.stringContaining('is left to delete')])
})
