import { defineCheck, pass, unknown, type Remedy } from '../src/model/check.ts'
import { excerptOf, nameSome } from '../src/model/excerpt.ts'
import type { FactValue } from '../src/model/facts.ts'

/** Images without a repository digest exist nowhere else: the rewrite destroys the last copy. */
export const localOnlyImages = defineCheck({
  id: 'local-only-images',
  domain: 'runtime',
  targets: ['containeros'],
  needs: ['images', 'containerRuntimes'],
  severity: 'high',
  title: { en: 'Images exist only on this host', zh: '镜像仅存在于本主机' },
  what: {
    en: 'Images that were built or loaded here carry no digest of a registry. After the disk is rewritten their pods stay in ErrImagePull, and nobody can build the same image again from the node.',
    zh: '在本机构建或导入的镜像没有仓库 digest。磁盘重写后，使用它们的 Pod 会一直 ErrImagePull，而且无法再从该节点取回原镜像。',
  },
  remedies: [
    {
      kind: 'hint',
      text: {
        en: 'Push the images to a registry, or let osferry park and load them.',
        zh: '将镜像推送到镜像仓库，或由 osferry 转存后再导入。',
      },
    },
  ],
  effort: { onceMinutes: 30, perHostMinutes: 10 },
  sources: ['https://kubernetes.io/docs/concepts/containers/images/'],
  evaluate({ images, containerRuntimes }) {
    const silent = notListed(images, containerRuntimes)
    if (images.localOnly.length === 0 && silent.length > 0) {
      return unknown(
        `Installed, but its images were not listed: ${silent.join(', ')}.`,
        `已安装，但未能列出其镜像：${silent.join('、')}。`,
        [{ fact: 'images', excerpt: `listed by ${images.runtime}: ${images.total}` }],
      )
    }
    if (images.localOnly.length === 0) return pass
    const names = images.localOnly.map(({ id, tags }) => tags[0] ?? id.slice(0, 19))
    const also = silent.length === 0 ? '' : silent.join(', ')
    return {
      status: 'fail',
      here: {
        en: `${names.length} of ${images.total} images are in no registry that this host knows of: ${nameSome(names)}.${also === '' ? '' : ` Not listed: images of ${also}.`}`,
        zh: `${images.total} 个镜像中有 ${names.length} 个不在本机已知的任何镜像仓库中：${nameSome(names)}。${also === '' ? '' : `未能列出 ${also} 的镜像。`}`,
      },
      evidence: [
        {
          fact: 'images',
          excerpt: excerptOf(
            images.localOnly.map(
              (i) => `${i.tags.join(' ') || '<none>'} ${i.id} ${i.sizeBytes ?? '-'} bytes`,
            ),
          ),
        },
      ],
      remedies: [...pushes(images), tagFirst],
    }
  },
})

type Images = FactValue<'images'>

/** Runtimes that are installed but did not answer for their images: a stopped one keeps what it has. */
function notListed(
  images: Images,
  { docker, containerd, crio, podmanVersion }: FactValue<'containerRuntimes'>,
): string[] {
  const installed = [
    { name: 'docker', state: docker, stores: ['docker'] },
    { name: 'containerd', state: containerd, stores: ['containerd', 'k3s'] },
    { name: 'crio', state: crio, stores: ['crio'] },
    // It needs no daemon: nothing of it is ever "not running".
    { name: 'podman', state: podmanVersion === null ? null : { active: false }, stores: ['podman'] },
  ]
  return installed.flatMap(({ name, state, stores }) => {
    if (state === null || images.runtime === name) return []
    if (images.stores !== undefined) {
      return images.stores.some((store) => stores.includes(store)) ? [] : [name]
    }
    return images.runtime === 'none' || !state.active ? [name] : []
  })
}

/** Only what names a registry is pushed as it is: without one the runtime would publish it on Docker Hub. */
function pushes({ runtime, localOnly }: Images): Remedy[] {
  const named = localOnly.flatMap(({ tags }) => tags.filter(namesRegistry).slice(0, 1))
  return named.slice(0, 10).map((tag) => ({ kind: 'command', argv: [...pushCommands[runtime], tag] }))
}

const pushCommands: Readonly<Record<Images['runtime'], readonly string[]>> = {
  docker: ['docker', 'push'],
  containerd: ['ctr', '--namespace', 'k8s.io', 'images', 'push'],
  crio: ['podman', 'push'],
  podman: ['podman', 'push'],
  none: ['podman', 'push'],
}

/** https://github.com/distribution/reference: a first part with a dot or a port is a registry. */
function namesRegistry(tag: string): boolean {
  const [first = '', ...rest] = tag.split('/')
  if (rest.length === 0 || !/[.:]/.test(first)) return false
  return !/^(?:localhost|127\.\d+\.\d+\.\d+|(?:.+\.)?docker\.io)(?::\d+)?$/.test(first)
}

const tagFirst: Remedy = {
  kind: 'hint',
  text: {
    en: 'Give images without a registry in their name one of yours first (tag), then push them: pushed as they are, they would be published on Docker Hub.',
    zh: '名称中不含镜像仓库的镜像，请先打上自有仓库的标签再推送；直接推送会发布到 Docker Hub。',
  },
}
