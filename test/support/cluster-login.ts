import { chmod, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ClusterLogin, ExecCredentialPlugin } from '../../src/model/kubeconfig.ts'

/** A login with nothing but what is given. */
export function loginOf(
  user: Partial<ClusterLogin['user']> = {},
  more: Partial<ClusterLogin> = {},
): ClusterLogin {
  return {
    context: 'test',
    cluster: 'test',
    server: 'https://blue.example:6443',
    ca: undefined,
    insecure: false,
    serverName: undefined,
    proxyUrl: undefined,
    user: {
      name: 'me',
      certificate: undefined,
      key: undefined,
      token: undefined,
      tokenFile: undefined,
      basic: undefined,
      impersonate: undefined,
      exec: undefined,
      authProvider: undefined,
      ...user,
    },
    ...more,
  }
}

/** A credential plugin that is a shell script of its own in the folder. */
export async function shellPlugin(
  folder: string,
  body: string,
  more: Partial<ExecCredentialPlugin> = {},
): Promise<ExecCredentialPlugin> {
  const command = join(folder, 'plugin')
  await writeFile(command, `#!/bin/sh\n${body}\n`)
  await chmod(command, 0o700)
  return { apiVersion: 'client.authentication.k8s.io/v1', command, ...more }
}
