import { defineCheck, pass } from '../src/model/check.ts'

/** A container has no kernel, boot loader or disk of its own to migrate. */
export const hostInContainer = defineCheck({
  id: 'host-in-container',
  domain: 'identity',
  targets: ['anolis-rhck', 'anolis-anck', 'containeros'],
  needs: ['virtualization'],
  severity: 'block',
  title: { en: 'The host is a container', zh: '该主机是容器' },
  what: {
    en: 'Inside a container, kernel, boot loader and disks belong to the machine below it: they can be neither judged nor changed from here.',
    zh: '容器内的内核、引导程序与磁盘属于宿主机，无法在容器内评估或更改。',
  },
  remedies: [
    {
      kind: 'hint',
      text: {
        en: 'Put the machine that runs the container into the inventory instead; rebuild the container from a new base image.',
        zh: '请将运行该容器的宿主机加入清单；容器本身应基于新的基础镜像重建。',
      },
    },
  ],
  effort: { onceMinutes: 10, perHostMinutes: 5 },
  sources: ['https://www.freedesktop.org/software/systemd/man/latest/systemd-detect-virt.html'],
  evaluate({ virtualization }) {
    if (!virtualization.container) return pass
    const type = virtualization.type ?? 'container'
    return {
      status: 'fail',
      here: { en: `This host runs as a container (${type}).`, zh: `该主机以容器方式运行（${type}）。` },
      evidence: [{ fact: 'virtualization', excerpt: type }],
    }
  },
})
