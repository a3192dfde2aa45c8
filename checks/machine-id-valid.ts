import { defineCheck, pass } from '../src/model/check.ts'

/** Boot entries are named after the machine id: without a valid one new kernels get no entry. */
export const machineIdValid = defineCheck({
  id: 'machine-id-valid',
  domain: 'identity',
  targets: ['anolis-rhck', 'anolis-anck'],
  needs: ['machineId'],
  severity: 'block',
  title: { en: 'The machine id is missing or invalid', zh: 'machine-id 缺失或无效' },
  what: {
    en: '/etc/machine-id must hold 32 hexadecimal digits that are not all zero. The boot entries of new kernels are named after it, so a conversion without one can leave the host without an entry for the new kernel.',
    zh: '/etc/machine-id 必须是 32 位十六进制数且不能全为 0。新内核的启动项以它命名，缺少它时迁移后可能没有新内核的启动项。',
  },
  remedies: [
    {
      kind: 'hint',
      text: {
        en: 'A new machine id changes what the host tells DHCP: reserve its address for the new identity, or pin the client id, before you do this from afar.',
        zh: '更换 machine-id 会改变主机的 DHCP 标识：远程操作前，请先为新标识保留地址，或固定 DHCP client-id。',
      },
    },
    { kind: 'command', argv: ['rm', '-f', '/etc/machine-id'] },
    {
      kind: 'command',
      argv: ['systemd-machine-id-setup'],
      text: {
        en: 'Makes a new id; rename the boot entries in /boot/loader/entries after it.',
        zh: '生成新的 machine-id，并据此重命名 /boot/loader/entries 中的启动项。',
      },
    },
  ],
  effort: { onceMinutes: 0, perHostMinutes: 10 },
  sources: ['https://www.freedesktop.org/software/systemd/man/latest/machine-id.html'],
  evaluate({ machineId }) {
    const zero = machineId.id !== null && /^0+$/.test(machineId.id)
    if (machineId.raw === 'valid' && !zero) return pass
    const state = zero ? 'all zero' : machineId.raw
    return {
      status: 'fail',
      here: { en: `/etc/machine-id is ${state}.`, zh: `/etc/machine-id 无效（${state}）。` },
      evidence: [{ fact: 'machineId', excerpt: `${state}: ${machineId.id ?? '-'}` }],
    }
  },
})
