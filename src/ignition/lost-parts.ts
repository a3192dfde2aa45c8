import { lostStorage } from './lost-storage.ts'
import { lost, needFact, type IgnitionRequest, type OpenMatter } from './request.ts'

/** What facts beside mounts, units and accounts tell of the old system, and no part of a configuration holds. */
export function lostParts(request: IgnitionRequest): OpenMatter[] {
  return [...lostStorage(request), ...lostRules(request), ...lostPrograms(request)]
}

function lostRules(request: IgnitionRequest): OpenMatter[] {
  const { firewalldActive, firewalldEnabled, iptablesServiceEnabled } = needFact(request, 'firewall')
  const { sudoersFiles } = needFact(request, 'users')
  const services = [
    ...(firewalldActive || firewalldEnabled ? ['firewalld'] : []),
    ...(iptablesServiceEnabled ? ['iptables'] : []),
  ]
  return [
    ...services.map((name) =>
      lost(`firewall:${name}`, {
        en: `the rules of ${name} are not carried over: the new system lets in whatever listens`,
        zh: `${name} 的规则不会随迁：新系统不会拦截任何监听端口`,
      }),
    ),
    ...sudoersFiles.map((file) =>
      lost(`sudo:${file}`, { en: `${file} is not carried over`, zh: `${file} 不会随迁` }),
    ),
    ...needFact(request, 'moduleConfig')
      .directives.filter(
        ({ file, directive }) => file.startsWith('/etc/') && !carriedDirectives.has(directive),
      )
      .map(({ file, directive, module }) =>
        lost(`modprobe:${directive} ${module}`, {
          en: `"${directive} ${module}" in ${file} is not carried over`,
          zh: `${file} 中的“${directive} ${module}”不会随迁`,
        }),
      ),
  ]
}

/** Directives of modprobe.d that mean the same on any system; the others name programs. modprobe.d(5) */
export const carriedDirectives: ReadonlySet<string> = new Set(['options', 'blacklist', 'softdep'])

function lostPrograms(request: IgnitionRequest): OpenMatter[] {
  const { role, staticPods } = needFact(request, 'kubeadm')
  return [
    ...needFact(request, 'agents').agents.map(({ id, name }) =>
      lost(`agent:${id}`, {
        en: `${name} runs on the host, and is not installed on the new system`,
        zh: `主机上运行着 ${name}，新系统不会安装它`,
      }),
    ),
    ...staticPods.map((name) =>
      lost(`static-pod:${name}`, {
        en: `the static pod ${name} is not carried over`,
        zh: `静态 Pod ${name} 不会随迁`,
      }),
    ),
    ...(role === 'control-plane'
      ? [
          lost('control-plane', {
            en: 'the host is a member of the control plane: its certificates and etcd are not carried over',
            zh: '该主机是控制平面成员：其证书与 etcd 不会随迁',
          }),
        ]
      : []),
    ...needFact(request, 'dynamicLinker').directories.map(({ path }) =>
      lost(`linker:${path}`, { en: `libraries in ${path} are not found`, zh: `将找不到 ${path} 中的库` }),
    ),
  ]
}
