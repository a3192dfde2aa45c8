import { sendText } from './boot-answer.ts'
import type { BootRoute } from './boot-requests.ts'
import { cpioArchive } from './cpio-archive.ts'
import { firstScript } from './ipxe-script.ts'

/** What every machine gets alike, without a secret: the script that iPXE begins with, and the authority for an initramfs. */
export function constantRoutes(certificateAuthority: string): Record<string, BootRoute> {
  return {
    'boot.ipxe': constant('boot.ipxe', firstScript, 'text/plain'),
    'authority.cpio': constant(
      'authority.cpio',
      authorityArchive(certificateAuthority),
      'application/x-cpio',
    ),
  }
}

/**
 * Programs in Go trust every file of /etc/ssl/certs beside the bundle of the system, and Ignition is one.
 * Source: crypto/x509/root_linux.go, root_unix.go
 */
function authorityArchive(certificateAuthority: string): string {
  return cpioArchive({ path: 'etc/ssl/certs/osferry-boot-authority.pem', content: certificateAuthority })
}

function constant(route: string, text: string, type: string): BootRoute {
  const headers = { 'content-type': type }
  return {
    methods: ['GET', 'HEAD'],
    answer(_request, response) {
      const bytes = sendText(response, { status: 200, text, headers })
      return Promise.resolve({ route, name: null, status: 200, bytes })
    },
  }
}
