import { OsProfile } from '../model/os-profile.ts'
import fedoraCoreos from './data/fedora-coreos.json' with { type: 'json' }
import flatcar from './data/flatcar.json' with { type: 'json' }
import lifseaos from './data/lifseaos.json' with { type: 'json' }
import nestos from './data/nestos.json' with { type: 'json' }

/** The profiles that come with osferry: what is publicly known of each system, every value with its source. */
export const builtInProfiles: readonly OsProfile[] = [lifseaos, nestos, fedoraCoreos, flatcar].map(
  (document) => OsProfile.parse(document, { jitless: true }),
)
