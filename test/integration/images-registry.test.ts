import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { LocalImage, NodeImages } from '../../src/model/image-port.ts'
import { startImageHost, type ImageHost } from '../support/image-host.ts'
import { writeLayout, type LayoutImage } from '../support/image-layout.ts'
import { startRegistry, type TestRegistry } from '../support/image-registry.ts'
import { imagesOf } from '../support/image-run.ts'
import { failure, never } from '../support/ssh-host.ts'
import { createSshdBed, freePort } from '../support/sshd.ts'

const bed = createSshdBed()
const root = mkdtempSync(join(tmpdir(), 'osferry-registry-'))
const scratch = join(root, 'scratch')
let one: ImageHost
let other: ImageHost
let registry: TestRegistry
let image: LayoutImage
let inIndex: LayoutImage
let sameName: LayoutImage

beforeAll(async () => {
  image = writeLayout(join(root, 'one'), {
    content: 'one',
    names: ['localhost/app:1', 'docker.io/team/app:2'],
  })
  inIndex = writeLayout(join(root, 'two'), { content: 'two', names: ['localhost/two:1'], index: true })
  sameName = writeLayout(join(root, 'three'), { content: 'three', names: ['localhost/app:1'] })
  one = await startImageHost(bed, 'one')
  other = await startImageHost(bed, 'other')
  for (const { archive } of [image, inIndex]) one.ctr('images', 'import', '--no-unpack', archive)
  other.ctr('images', 'import', '--no-unpack', sameName.archive)
  registry = await startRegistry(root)
})
afterAll(async () => {
  await one.close()
  await other.close()
  await registry.stop()
  await bed.close()
  rmSync(root, { recursive: true, force: true })
})

function placeIn(name: string): { to: 'registry'; registry: string; compression: 'zstd' } {
  return { to: 'registry', registry: name, compression: 'zstd' }
}

function on({ host }: ImageHost, variables: TestRegistry['variables'] = registry.variables): NodeImages {
  return imagesOf(host, scratch, { variables })
}

async function oneOf(images: NodeImages, digest: string): Promise<LocalImage> {
  const found = (await images.local([], never)).find((local) => local.digest === digest)
  if (found === undefined) throw new Error('it is not listed')
  return found
}

describe('images in a real registry', () => {
  it('are pushed with their digests, each node’s own, and pulled by a new system under their old names', async () => {
    const place = placeIn(`${registry.name}/moved`)
    const images = on(one)
    const kept = []
    for (const { digest, manifest, config } of [image, inIndex]) {
      const found = await oneOf(images, digest)
      expect(await images.parked(found, place, never)).toBeUndefined()
      const parked = await images.park(found, place, never)
      expect(parked).toMatchObject({ digest, manifest, config })
      expect(await images.parked(found, place, never)).toEqual(parked)
      kept.push(parked)
    }
    const others = on(other)
    const theirs = await others.park(await oneOf(others, sameName.digest), place, never)
    expect(theirs.kept).not.toBe(kept[0]?.kept)
    for (const { kept: reference, manifest } of [...kept, theirs])
      expect(pulledDigest(reference)).toBe(manifest)
    // Nothing of them stays on this machine.
    expect(readdirSync(scratch)).toEqual([])

    // What crictl would do, with the real containerd: which way it is called is what counts here.
    const crictl = `echo "$*" >>${root}/crictl; case "$*" in *pull*) exec ctr -n k8s.io images pull "\${!#}" ;; esac; exit 1`
    const fresh = await startImageHost(bed, 'fresh', { programs: { crictl } })
    try {
      const to = on(fresh)
      for (const parked of kept) {
        expect(await to.missing([parked], never)).toHaveLength(1)
        await to.restore(parked, place, never)
        expect(await to.missing([parked], never)).toEqual([])
      }
      expect(fresh.names()).toMatchObject({
        'localhost/app:1': image.manifest,
        'docker.io/team/app:2': image.manifest,
        'localhost/two:1': inIndex.manifest,
      })
      const socket = 'unix:///run/containerd/containerd.sock'
      const pulled = `${registry.name}/moved/team/app@${image.manifest}`
      expect(readFileSync(join(root, 'crictl'), 'utf8')).toContain(
        `-r ${socket} -i ${socket} pull ${pulled}\n`,
      )
      // By now a registry is known to have them.
      expect(await to.local([], never)).toEqual([])
      const gone = { ...kept[0]!, kept: `${registry.name}/nowhere:1`, names: ['localhost/other:1'] }
      expect((await failure(to.restore(gone, place, never))).code).toBe('IMAGE_PULL_FAILED')
    } finally {
      await fresh.close()
    }
  })

  it('get their names back in docker, which knows an image that was pulled by its digest by no tag', async () => {
    const place = placeIn(`${registry.name}/docker`)
    const pushed = await on(one).park(await oneOf(on(one), image.digest), place, never)
    const { config } = image
    const names = ['app:1', 'team/app:2']
    const parked = { ...pushed, runtime: 'docker', namespace: '', digest: config, names } as const
    const fresh = await startImageHost(bed, 'docker', {
      containerd: false,
      docker: true,
      programs: { docker: dockerThatPulls },
    })
    try {
      const to = on(fresh)
      expect(await to.missing([parked], never)).toHaveLength(1)
      await to.restore(parked, place, never)
      expect(await to.missing([parked], never)).toEqual([])
      expect(readFileSync(join(root, 'docker'), 'utf8').trim().split('\n')).toEqual([
        `${config}\t${registry.name}/docker/team/app\t<none>`,
        `${config}\tapp\t1`,
        `${config}\tteam/app\t2`,
      ])
    } finally {
      await fresh.close()
    }
  })

  it('under whose tag is another image are refused', async () => {
    const place = placeIn(`${registry.name}/taken`)
    const images = on(one)
    const found = await oneOf(images, image.digest)
    const { kept } = await images.park(found, place, never)
    skopeo('copy', '-q', `oci-archive:${sameName.archive}:1`, `docker://${kept}`)
    expect((await failure(images.parked(found, place, never))).code).toBe('DATA_MISMATCH')
  })

  it('need a login where the registry asks for one, and no password is ever told', async () => {
    const guarded = await startRegistry(root, { login: true })
    try {
      const place = placeIn(guarded.name)
      const password = 'canary-registry-7f3a'
      const allowed = on(one, guarded.withLogin('pusher', password))
      const found = await oneOf(allowed, image.digest)
      expect(await allowed.park(found, place, never)).toMatchObject({ config: image.config })
      for (const variables of [guarded.variables, guarded.withLogin('pusher', 'canary-wrong-1b2c')]) {
        const error = await failure(on(one, variables).park(found, place, never))
        expect(error.code).toBe('REGISTRY_DENIED')
        expect(JSON.stringify([error.message, error.hint, error.details])).not.toContain('canary')
      }
      expect(readdirSync(scratch)).toEqual([])
    } finally {
      await guarded.stop()
    }
  })

  it('wait for a registry that does not answer, and for a program that is not there', async () => {
    const images = on(one)
    const found = await oneOf(images, image.digest)
    const place = placeIn(`127.0.0.1:${await freePort('127.0.0.1')}`)
    expect((await failure(images.park(found, place, never))).code).toBe('REGISTRY_UNREACHABLE')
    expect((await failure(images.parked(found, place, never))).code).toBe('REGISTRY_UNREACHABLE')
    const without = on(one, { ...registry.variables, PATH: root })
    expect((await failure(without.park(found, placeIn(registry.name), never))).code).toBe('TOOL_MISSING')
    expect(readdirSync(scratch)).toEqual([])
  })

  it('end with the signal, in the middle of a push', async () => {
    const images = on(one)
    const found = await oneOf(images, inIndex.digest)
    const stop = new AbortController()
    const parking = images.park(found, placeIn(`${registry.name}/late`), stop.signal)
    stop.abort()
    expect((await failure(parking)).code).toBe('INTERRUPTED')
  })
})

/** As docker does it: what was pulled by digest is listed without a tag, and only what is listed can be given a name. */
const dockerThatPulls = `
list=${root}/docker
touch $list
case "$*" in
  *' pull '*)
    id=$(set -o pipefail; skopeo inspect --tls-verify=false --config --raw "docker://\${!#}" | sha256sum) || exit 1
    printf 'sha256:%s\\t%s\\t<none>\\n' "\${id%% *}" "$(sed 's/@.*//' <<<"\${!#}")" >>$list ;;
  *' tag '*)
    grep -q "^\${@: -2:1}" $list || { echo "No such image: \${@: -2:1}" >&2; exit 1; }
    printf '%s\\t%s\\n' "\${@: -2:1}" "$(tr : '\\t' <<<"\${!#}")" >>$list ;;
  *' images '*) cat $list ;;
  *) exit 1 ;;
esac`

function skopeo(...argv: readonly string[]): string {
  return execFileSync('skopeo', argv, { encoding: 'utf8', env: registry.variables })
}

function pulledDigest(reference: string): string {
  return skopeo('inspect', '--no-tags', '--format', '{{.Digest}}', `docker://${reference}`).trim()
}
