import { MigrationError } from '../model/errors.ts'
import { shorten, visibleLine } from '../model/visible-text.ts'
import { toldBytes } from './byte-text.ts'

/** DATA_ARCHIVE_INVALID: the bytes are no archive that osferry would have made. `raw` is the name of the entry, if any. */
export function archiveInvalid(what: string, raw?: string): MigrationError {
  const where = raw === undefined ? '' : ` (entry ${shorten(visibleLine(toldBytes(raw)), 200)})`
  return new MigrationError('DATA_ARCHIVE_INVALID', `the archive is not valid: ${what}${where}`, {
    hint: 'Nothing is taken from it. Park the data again, or look at who else can write to the host or the store.',
  })
}
