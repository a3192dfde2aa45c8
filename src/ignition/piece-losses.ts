import { lostParts } from './lost-parts.ts'
import { lost, needFact, type IgnitionRequest, type OpenMatter, type Piece } from './request.ts'
import { preservedFilesystems } from './piece-data.ts'
import { decidedOtherwise } from '../model/kept-mounts.ts'
import { withoutTrailingSlash } from '../model/space-of-path.ts'

/** Everything of the old system that no part of the configuration holds, and that nobody has decided to lose, by name. */
export function lossesPiece(request: IgnitionRequest): Piece {
  return {
    from: ['facts'],
    open: [
      ...lostMounts(request),
      ...lostLines(request),
      ...lostUnits(request),
      ...lostJobs(request),
      ...lostUsers(request),
      ...lostAuthorities(request),
      ...lostPaths(request),
      ...lostParts(request),
    ],
  }
}

const diskTypes = /^(ext[234]|xfs|btrfs|nfs4?|cifs|ceph|glusterfs|fuse\.\S+)$/
/** Made anew by the system, the runtime and the kubelet. */
const remade =
  /^\/(boot|efi)(\/|$)|^\/$|^\/(run|proc|sys|dev|tmp)(\/|$)|^\/var\/lib\/(kubelet\/(pods|plugins)|containerd|docker|containers)(\/|$)/

function lostMounts(request: IgnitionRequest): OpenMatter[] {
  const kept = new Set(preservedFilesystems(request).map(({ target }) => target))
  const decided = decidedOtherwise(request.node.data)
  return needFact(request, 'mounts')
    .mounts.filter(
      ({ fstype, target }) => diskTypes.test(fstype) && !remade.test(target) && !kept.has(target),
    )
    .filter(({ target }) => !decided.some((path) => path === target || path.startsWith(`${target}/`)))
    .map(({ source, target }) =>
      lost(`mount:${target}`, {
        en: `${source} is mounted on ${target}, and the new system does not mount it`,
        zh: `${source} 挂载于 ${target}，新系统不会挂载它`,
      }),
    )
}

/** Lines of fstab by which nothing is mounted now: automounts, `noauto`, disks that are away. */
function lostLines(request: IgnitionRequest): OpenMatter[] {
  const mounted = new Set(needFact(request, 'mounts').mounts.map(({ target }) => target))
  return needFact(request, 'fstab')
    .entries.map(({ target, ...entry }) => ({ ...entry, target: withoutTrailingSlash(target) }))
    .filter(({ fstype }) => diskTypes.test(fstype) || fstype === 'auto')
    .filter(({ target }) => !remade.test(target) && !mounted.has(target))
    .map(({ source, target }) =>
      lost(`fstab:${target}`, {
        en: `/etc/fstab has ${source} for ${target}, where nothing is mounted now: it is not carried over`,
        zh: `/etc/fstab 中有 ${source}（${target}），目前未挂载，不会随迁`,
      }),
    )
}

function lostUnits(request: IgnitionRequest): OpenMatter[] {
  return needFact(request, 'units')
    .units.filter(
      ({ origin, enabled, name }) => origin === 'administrator' && enabled === 'enabled' && !taken.test(name),
    )
    .map(({ name }) =>
      lost(`unit:${name}`, {
        en: `${name} was written by an administrator and is enabled: it is not carried over`,
        zh: `${name} 由管理员编写并已启用，不会随迁`,
      }),
    )
}
/** Those that the new system has of its own, or that this configuration makes. */
const taken =
  /^(kubelet|containerd|docker|crio|sshd|chronyd|NetworkManager)\.(service|socket)$|\.(mount|target|scope|slice)$/

function lostJobs(request: IgnitionRequest): OpenMatter[] {
  return needFact(request, 'cron').jobs.map(({ source, schedule, command }) =>
    lost(`cron:${source}:${schedule} ${command}`.slice(0, 300), {
      en: `${source} runs "${command}" (${schedule}): it is not carried over`,
      zh: `${source} 定时运行“${command}”（${schedule}），不会随迁`,
    }),
  )
}

function lostUsers(request: IgnitionRequest): OpenMatter[] {
  const allowed = new Set(request.settings.users.map(({ name }) => name))
  const { users, authorizedKeys } = needFact(request, 'users')
  const names = new Set([...users.map(({ name }) => name), ...authorizedKeys.map(({ user }) => user)])
  return [...names]
    .filter((name) => !allowed.has(name))
    .map((name) =>
      lost(`user:${name}`, {
        en: `${name} has an account or keys on the host and none in settings.users`,
        zh: `${name} 在主机上有账号或密钥，而 settings.users 中没有`,
      }),
    )
}

function lostAuthorities(request: IgnitionRequest): OpenMatter[] {
  const given = new Set(request.settings.certificateAuthorities.map(({ name }) => name))
  return needFact(request, 'trustAnchors')
    .files.filter((file) => !given.has(file.split('/').at(-1) ?? ''))
    .map((file) =>
      lost(`authority:${file}`, {
        en: `the host trusts ${file}, which is in no settings.certificateAuthorities`,
        zh: `主机信任 ${file}，而 settings.certificateAuthorities 中没有它`,
      }),
    )
}

function lostPaths(request: IgnitionRequest): OpenMatter[] {
  const { entries, truncated } = needFact(request, 'localPaths')
  const decided = request.node.data.filter(({ action }) => action !== null)
  const rows = entries
    .filter(({ path, kind }) => kind !== 'mount' && !decided.some((data) => data.path === path))
    .map(({ path }) =>
      lost(`path:${path}`, {
        en: `${path} belongs to no package, and is not carried over`,
        zh: `${path} 不属于任何软件包，不会随迁`,
      }),
    )
  const more = { en: 'there are more such paths than were read', zh: '此类路径多于已读取的数量' }
  return truncated ? [...rows, lost('path:more', more)] : rows
}
