import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { images } from '../../src/facts/images.ts'
import { imagesScript } from '../../src/facts/images-script.ts'
import { collectorInput } from '../support/collector-input.ts'
import { runScript } from '../support/run-script.ts'

let root: string
let servers: Server[] = []

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'osf-'))
})
afterEach(() => {
  for (const server of servers) server.close()
  servers = []
  rmSync(root, { recursive: true, force: true })
})

function write(path: string, text: string, mode = 0o644): void {
  mkdirSync(dirname(join(root, path)), { recursive: true })
  writeFileSync(join(root, path), text)
  chmodSync(join(root, path), mode)
}

function program(name: string, body: string): void {
  write(`usr/bin/${name}`, `#!/bin/sh\n${body}\n`, 0o755)
}

async function socket(path: string): Promise<void> {
  mkdirSync(dirname(join(root, path)), { recursive: true })
  const server = createServer()
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(join(root, path), resolve))
}

/** What the script finds below the temporary root, read by the parser. */
function ask(): unknown {
  const script = imagesScript.replaceAll(/(?<![\w*$}])\/(?=(?:etc|usr|var\/lib|opt|run)\/)/g, `${root}/`)
  const { stdout } = runScript(script, { env: { PATH: `${root}/usr/bin:/usr/bin:/bin` } })
  return images.parse(collectorInput({ stdout }))
}

const listed = '{"images":[{"id":"sha256:k","repoTags":["a:1"],"repoDigests":["a@sha256:k"],"size":"1"}]}'
const ctr = `case "$*" in
*'namespaces ls'*) printf 'default\\nk8s.io\\nmoby\\n' ;;
*'-n default images ls'*) printf 'REF TYPE DIGEST SIZE\\ndocker.io/own/x:1 t sha256:aa 1.0 KiB linux/amd64 -\\nghcr.io/x:2 t sha256:bb 1.0 KiB linux/amd64 -\\n' ;;
*'-n default content ls'*) printf 'DIGEST SIZE AGE LABELS\\nsha256:bb 1kB 2 days containerd.io/distribution.source.ghcr.io=x\\nsha256:aa 1kB 2 days -\\n' ;;
*'-n moby images ls'*) printf 'REF TYPE DIGEST SIZE\\n' ;;
*) exit 1 ;;
esac`

describe('images in all namespaces of containerd', () => {
  it('counts those beside Kubernetes, of which a label tells what was pulled', async () => {
    await socket('run/containerd/containerd.sock')
    program('crictl', `echo '${listed}'`)
    program('ctr', ctr)
    expect(ask()).toEqual({
      runtime: 'containerd',
      total: 3,
      stores: ['containerd'],
      localOnly: [{ id: 'sha256:aa', tags: ['docker.io/own/x:1'], sizeBytes: 1024 }],
    })
  })

  it('says so when namespaces could not be listed, or one of them', async () => {
    await socket('run/k3s/containerd/containerd.sock')
    program('crictl', `echo '${listed}'`)
    program('ctr', 'exit 1')
    expect(ask()).toMatchObject({
      value: { total: 1, stores: ['k3s'] },
      degraded: 'k3s did not list the images of its namespaces',
    })
    program('ctr', ctr.replace('-n default content ls', 'nothing'))
    expect(ask()).toMatchObject({ degraded: 'k3s did not list the images of its namespace default' })
  })

  it.each([
    [6, undefined],
    [7, 'containerd did not list the images of its namespace n7'],
  ])('lists %i namespaces', async (count, degraded) => {
    await socket('run/containerd/containerd.sock')
    program('crictl', `echo '${listed}'`)
    const names = Array.from({ length: count }, (_, index) => `n${index + 1}`).join(' ')
    program('ctr', `case "$*" in *namespaces*) printf '%s\\n' ${names} ;; esac`)
    expect((ask() as { degraded?: string }).degraded).toBe(degraded)
  })
})

describe('images of podman, from its storage', () => {
  const rows = JSON.stringify([
    { id: 'aa', digest: 'sha256:1', names: ['localhost/own:1'] },
    { id: 'bb', digest: 'sha256:2', names: ['docker.io/library/alpine:3'] },
    { id: 'cc', digest: 'sha256:3' },
  ])

  it('are local when their only host name is localhost; of others nobody can tell', () => {
    program('podman', 'touch started; exit 1')
    write('var/lib/containers/storage/overlay-images/images.json', rows)
    expect(ask()).toEqual({
      value: {
        runtime: 'podman',
        total: 3,
        stores: ['podman'],
        localOnly: [{ id: 'sha256:aa', tags: ['localhost/own:1'], sizeBytes: null }],
      },
      degraded: expect.stringContaining('podman does not tell whether these were pulled or made here: '),
    })
  })

  it('are read where storage.conf puts them', () => {
    program('buildah', 'exit 1')
    write('etc/containers/storage.conf', `# graphroot = "/x"\n[storage]\ngraphroot = "${root}/data/c"\n`)
    write('data/c/vfs-images/images.json', rows)
    expect(ask()).toMatchObject({ value: { runtime: 'podman', total: 3 } })
  })

  it('are none where nothing was ever pulled', () => {
    program('podman', 'exit 1')
    expect(ask()).toEqual({ runtime: 'podman', total: 0, stores: ['podman'], localOnly: [] })
  })

  it('are not known when the list is cut or broken', () => {
    write('var/lib/containers/storage/overlay-images/images.json', rows.slice(0, 40))
    expect(ask).toThrow('podman did not list its images')
  })

  it('are those of a stopped CRI-O too', () => {
    program('crio', 'exit 1')
    write('var/lib/containers/storage/overlay-images/images.json', rows)
    expect(ask()).toMatchObject({
      value: { total: 3, stores: ['crio', 'podman'], localOnly: [{ id: 'sha256:aa' }] },
      degraded: expect.stringContaining('podman does not tell'),
    })
  })
})

describe('images of a host without any runtime', () => {
  it('are none', () => {
    expect(ask()).toEqual({ runtime: 'none', total: 0, stores: [], localOnly: [] })
  })

  it('are not known where podman’s storage may not be read', () => {
    const stdout = '\u001epodman denied /var/lib/containers\n\u001eno socket\n'
    expect(() => images.parse(collectorInput({ stdout, privilege: 'user' }))).toThrow(/podman did not list/)
  })
})
