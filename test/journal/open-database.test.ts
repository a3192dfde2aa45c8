import { expect, it, onTestFinished } from 'vitest'
import { openForWriting } from '../../src/journal/open-database.ts'
import { openHere } from '../support/journal/open.ts'
import { journalPlace } from './temp.ts'

it('writes through a write-ahead log, each commit synced to disk before it returns', async () => {
  const place = await journalPlace()
  const made = await openHere(place)
  made.close()
  const { database } = openForWriting(place)
  onTestFinished(() => database.close())
  expect(database.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'wal' })
  // 2 = FULL; 1 = NORMAL would sync at checkpoints only. Source: https://www.sqlite.org/pragma.html#pragma_synchronous
  expect(database.prepare('PRAGMA synchronous').get()).toEqual({ synchronous: 2 })
})
