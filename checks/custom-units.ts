import { defineCheck, pass } from '../src/model/check.ts'
import { excerptOf, nameSome } from '../src/model/excerpt.ts'

/** Units that every container host has; the image or its configuration brings its own. */
const expected =
  /^(kubelet|containerd|docker|crio|sshd|chronyd|NetworkManager.*|default|dbus-.*|systemd-.*|.*\.target)(\.|$)/

/** Units that an administrator wrote: they are lost unless Ignition writes them to /etc/systemd/system again. */
export const customUnits = defineCheck({
  id: 'custom-units',
  domain: 'services',
  targets: ['containeros'],
  needs: ['units'],
  severity: 'medium',
  title: { en: 'Own systemd units must be carried over', zh: '自定义 systemd 单元需要随迁' },
  what: {
    en: 'Units in /etc/systemd/system are not part of any package. On ContainerOS they can be written there by Ignition, but their programs must lie in the image or below /var: /usr, /opt and /usr/local are read-only.',
    zh: '/etc/systemd/system 中的单元不属于任何软件包。在 ContainerOS 上可由 Ignition 写回，但其调用的程序必须在镜像中或 /var 之下，因为 /usr、/opt、/usr/local 均为只读。',
  },
  remedies: [
    {
      kind: 'hint',
      text: {
        en: 'For each unit: make it a DaemonSet, carry it by Ignition with its program below /var, or drop it.',
        zh: '逐个处理：改为 DaemonSet、由 Ignition 随迁（程序放在 /var 下），或不再使用。',
      },
    },
  ],
  effort: { onceMinutes: 180, perHostMinutes: 5 },
  sources: ['https://coreos.github.io/ignition/examples/#create-systemd-units', 'systemd.unit(5)'],
  evaluate({ units }) {
    const own = units.units.filter(
      ({ name, origin, path, enabled, active }) =>
        (origin === 'administrator' || path?.startsWith('/usr/local/') === true) &&
        /\.(service|timer|socket|path|mount)$/.test(name) &&
        !expected.test(name) &&
        (active === 'active' || enabled?.startsWith('enabled') === true),
    )
    if (own.length === 0) return pass
    return {
      status: 'fail',
      here: {
        en: `${own.length} own units are in use: ${nameSome(own.map(({ name }) => name))}.`,
        zh: `正在使用的自定义单元有 ${own.length} 个：${nameSome(own.map(({ name }) => name))}。`,
      },
      evidence: [
        {
          fact: 'units',
          excerpt: excerptOf(
            own.map((u) => `${u.name} ${u.enabled ?? '-'} ${u.active ?? '-'} ${u.path ?? '-'}`),
          ),
        },
      ],
    }
  },
})
