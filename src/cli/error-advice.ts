import type { ErrorCode } from '../model/errors.ts'

/** What happened and what to do, for each error code, in Chinese: stands beside the message, which is English. */
export const errorAdvice: Readonly<Record<ErrorCode, string>> = {
  USAGE: '命令、选项或取值有误。请按提示修改，或用 --help 查看该命令的用法。',
  CONFIG_INVALID:
    'osferry.yaml 或环境变量中有无效的配置。请按所示位置修改，再用 osferry config validate 校验。',
  CONFIG_NOT_FOUND: '--config 指定的配置文件不存在。请检查路径。',
  INPUT_NEEDED: '需要人工确认或输入，但当前不是可交互的终端。请在终端中运行，或用 --yes 等选项事先给出答案。',
  DOCUMENT_INVALID:
    '文件被截断、被手工修改过，或不是预期的文档。请按所示文件和位置检查，必要时重新采集或评估。',
  DOCUMENT_NOT_FOUND: '所需的文件或目录不存在。请检查路径，或先运行生成它的命令（采集、评估）。',
  DOCUMENT_NEWER: '该文件由更新版本的 osferry 写入。请升级 osferry，或用当前版本重新生成。',
  DOCUMENT_TOO_LARGE: '文件超过允许的大小。请确认选对了文件。',
  INVENTORY_NOT_FOUND:
    '找不到主机清单。请用 osferry inventory import 从 Ansible、ssh_config 或 CSV 导入，或用 --inventory 指定。',
  INVENTORY_EMPTY: '主机清单中没有主机。请添加主机或重新导入。',
  INVENTORY_INVALID: '主机清单内容有误，未连接任何主机。请按所示文件和行号修改。',
  INVENTORY_DUPLICATE: '同一主机出现了两次，或地址互相矛盾。请删除或改名其中一个。',
  SELECTOR_INVALID: '选择表达式（-l）写法有误。示例：-l role=worker,zone=a。',
  SELECTOR_EMPTY: '没有主机符合选择表达式。请用 osferry inventory list -o wide 查看分组和标签。',
  WAIVERS_INVALID: '豁免文件有误，未应用任何豁免。每条豁免都需要原因、负责人和到期日，请按所示位置修改。',
  CHECKS_INVALID: '自定义检查项有误。请按提示修改，再用 osferry checks test 验证。',
  CHECK_UNKNOWN: '没有这个检查项。请用 osferry checks list 查看全部检查项。',
  SECRET_UNAVAILABLE: '无法从所写的来源（env:、file:、exec:）取得密码或口令。请检查变量、文件或命令。',
  SECRET_UNSAFE: '存放密码或密钥的文件可被他人读取，已拒绝使用。请执行 chmod 600。',
  TOOL_MISSING: '本机缺少所需的程序。请安装后重试，或按提示选择其他方式。',
  OUTPUT_FAILED: '文件无法写入。请检查磁盘空间、目录权限与所有者。',
  HOST_NAME_UNRESOLVED: '主机名无法解析。请检查 DNS 或 /etc/hosts，或在清单中写明 address。',
  HOST_UNREACHABLE: '网络无法到达该主机。请检查主机是否开机、路由、防火墙以及是否需要跳板机。',
  HOST_REFUSED: '主机可达，但 SSH 端口无服务监听。请检查 sshd 是否运行、ssh.port 是否正确。',
  HOST_TIMEOUT:
    '主机未在限定时间内完成。可加大 --timeout 或 --connect-timeout，并检查主机上是否有卡住的挂载或进程。',
  HOST_AUTH_FAILED: '登录被拒绝。请检查用户名、密钥、ssh-agent 或密码，并确认主机允许该登录方式。',
  HOST_KEY_UNKNOWN:
    'known_hosts 中没有该主机的密钥，或文件无法读取，因此未登录。请先核对指纹并加入，或对新主机设置 ssh.hostKeys: accept-new。',
  HOST_KEY_CHANGED:
    '主机密钥与记录不符，可能存在中间人，因此未登录。确认主机确已重装后，才可删除旧记录并加入新密钥。',
  HOST_KEY_REVOKED: '主机使用的密钥已被标记为吊销，因此未登录。请为主机更换密钥。',
  HOST_PROTOCOL: 'SSH 会话异常。请检查主机上的 sshd 日志、ForceCommand 与登录 shell；用 -vv 可查看细节。',
  HOST_SUDO_REFUSED: '该用户不允许使用 sudo 运行所需命令。请在 sudoers 中授权，或改用 root 登录。',
  HOST_SUDO_PASSWORD: 'sudo 需要密码，而密码未提供或不正确。请设置 ssh.becomePassword，或配置 NOPASSWD。',
  HOST_LOST: '连接在工作过程中断，结果未知。采集只读取信息，可直接重试：osferry collect --only-missing。',
  HOST_FLOODED: '主机输出过多，已停止读取。请检查登录横幅或 shell 启动脚本是否不断输出。',
  HOST_ANSWER_INVALID:
    '主机返回的内容无法识别或不完整。可在主机上手工运行 osferry inventory script 输出的脚本排查。',
  HOST_JUMP_FAILED: '无法通过跳板机，经由它的主机都无法到达。请先检查到跳板机的连接。',
  CLUSTER_CONFIG_NOT_FOUND:
    '找不到 kubeconfig。请用 --kubeconfig 指定，或设置 KUBECONFIG 环境变量，或放到 ~/.kube/config。',
  CLUSTER_CONFIG_INVALID: 'kubeconfig 有误。请按所示文件和位置修改，或用 --context 选择正确的上下文。',
  CLUSTER_UNREACHABLE:
    '无法连接 API server。请检查 kubeconfig 中的地址、网络、代理以及 API server 是否运行。',
  CLUSTER_TIMEOUT: 'API server 未在限定时间内应答。请检查网络与 API server 的负载，然后重试。',
  CLUSTER_CERTIFICATE:
    'API server 的证书未通过校验，因此未发送任何凭据。请确认 kubeconfig 属于该集群，且证书未过期。',
  CLUSTER_ANSWER_INVALID:
    '应答不是 Kubernetes API 的格式，可能来自代理或登录页面。请检查 kubeconfig 中的地址。',
  CLUSTER_OVERLOADED: 'API server 持续拒绝或出错，已多次重试。请检查其负载与日志，稍后再试。',
  CLUSTER_LOGIN_FAILED: '集群拒绝了凭据：可能已过期或无效。请更新 kubeconfig 中的证书或令牌，或重新登录。',
  CLUSTER_FORBIDDEN:
    '该用户没有所需的集群权限。请参照 docs/cluster-role.yaml 授权，可用 osferry doctor --cluster 查看缺少的权限。',
  CLUSTER_WRITE_REFUSED:
    'API server 未接受更改：可能有准入 webhook 拒绝，或其他控制器正在反复修改同一对象。请按所示原因处理后重试。',
  CLUSTER_LOCKED:
    '同一集群同一时间只允许一个 osferry 操作。请等待所示持有者结束；若该进程已不存在，租约到期后即可重试。',
  PROGRAM_AT_WORK:
    '另一个项目或另一台机器启动的程序可能仍在更换该节点的系统，未对该节点做任何更改。请等待其结束；或在所示机器上结束它，并在那里的项目中用 osferry runs resume 继续；确认它已不存在后，用所示的 kubectl annotate 命令删除租约上的标记。',
  NODE_NOT_FOUND: '集群中没有这个节点。请用 kubectl get nodes 核对名称，并确认 --context 选对了集群。',
  NODE_OF_OTHER_RUN:
    '该节点由本项目不知道的运行封锁：其系统可能只替换了一半，数据可能仍只在存储中，未做任何更改。请在启动该运行的项目中继续；仅当该项目已丢失且节点数据已就位时，才用所示的 kubectl 命令手动解除封锁。',
  RECORD_OTHER_CLUSTER:
    '该记录写于另一个集群，未做任何更改。请用 --context 或 --kubeconfig 选择正确的集群，或用 --record 指定正确的记录。',
  RULES_INVALID: '排空规则文件有误，未做任何更改。请按所示位置修改。',
  PLAYBOOK_UNKNOWN: '没有这个内置剧本。请用 osferry playbooks list 查看；自己的剧本请写出路径。',
  PLAYBOOK_INVALID:
    '剧本有误，未做任何更改。请按所示文件、位置和可用值修改，再用 osferry playbooks validate 校验。',
  PROFILE_UNKNOWN:
    '没有这个内置系统描述。请用 osferry profile list 查看；自己的系统描述请写出路径，例如 ./ours.yaml。',
  PROFILE_INVALID:
    '系统描述有误，未做任何更改。请按所示文件、位置和可用值修改，再用 osferry profile validate 校验。',
  PROFILE_INCOMPLETE:
    '系统描述中有尚未填写的字段，缺少它们无法生成配置。请用 osferry profile show NAME -o yaml 导出，按所示方法查明并写入值与来源，再以路径指定。',
  PROFILE_UNFIT: '新系统不具备所示的能力，配置中不能包含这些内容。请按所示原因更改设置，或选用其他系统。',
  IGNITION_SETTINGS_INVALID: 'Ignition 设置文件有误，未生成配置。请按所示文件、位置和可用值修改。',
  IGNITION_UNDECIDED:
    '旧系统中有内容会丢失而尚未作出决定，未写入任何内容。请作出决定，或写入 Ignition 设置的 accept。',
  FACTS_INCOMPLETE:
    '所示事实缺失、不完整或无法写入配置，未生成配置。请以 root 权限重新采集该主机：osferry collect -l host=NAME --set full。',
  IGNITION_INVALID: 'Ignition 配置有误，机器首次启动时会失败或出现偏差。请按所示路径逐条修改后重新校验。',
  PLAN_OPTIONS_INVALID: '计划选项有误，未制定计划。请按所示文件、位置和可用值修改。',
  PLAN_NOT_RUNNABLE:
    '该计划无法执行：有当前版本没有的步骤、清单中没有的主机，或尚未决定去向的数据。未做任何更改。请按所示原因修改后重新制定计划。',
  PLAN_OTHER_CLUSTER:
    '所连接的不是计划所属的集群，未做任何更改。请用 --context 或 --kubeconfig 选择正确的集群。',
  PLAN_STALE:
    '制定计划之后，主机信息、评估、集群或剧本已有变化，未做任何更改。请用 osferry plan create 重新制定计划并再次批准。',
  PLAN_DIGEST_WRONG:
    '计划的摘要与给出的不符：选错了文件，或计划在此之后被改动。请用 osferry plan show 核对。',
  APPROVAL_MISSING: '批准数量不足，未做任何更改。请让其他人用 osferry plan approve 批准该计划。',
  APPROVAL_INVALID:
    '有批准未被接受（计划已改动、签署人不在名单中、签名有误、密钥过期或重复签署），未做任何更改。请按所示原因处理。',
  SIGNING_FAILED: 'ssh-keygen 未能签名。请检查密钥文件的路径、权限和口令，或改用 ssh-agent 中的密钥。',
  JOURNAL_FAILED:
    '运行日志当前无法写入或读取，因此没有开始任何操作；已写入的记录不会丢失。请按所示原因处理（释放磁盘空间、检查目录权限或占用它的程序），再运行同一命令。',
  JOURNAL_CORRUPT:
    '运行日志的内容与写入时不同：有记录被更改、缺失，或文件已损坏。未做任何更改，也未做任何修复。请保留该文件，放回备份，或移走后重新开始。',
  JOURNAL_NEWER: '该运行日志由更新版本的 osferry 写入，未做任何更改。请使用该版本或更新的版本。',
  JOURNAL_LOCKED:
    '另一个 osferry 正在使用该运行日志，未做任何更改。请等待所示进程结束；若它已被终止，锁会自动被接管。',
  RUN_NOT_FOUND: '没有这次运行，或所写的部分不能唯一确定一次运行。请用 osferry runs list 查看全部运行。',
  ROLLBACK_IMPOSSIBLE:
    '节点已越过不可回退点，而计划没有可用的回退方式；没有做任何改动。请检查该节点，用 osferry runs resume RUN --retry NODE 再试一次，或手动恢复旧系统。',
  RUN_UNFINISHED:
    '另一次运行尚未结束且涉及相同的节点，未做任何更改。请用 osferry runs resume 继续它，或用 osferry runs abort 归还其节点。',
  RUN_ENDED:
    '这次运行已经结束，无可继续。失败或已恢复原状的节点可用 osferry runs resume --retry 再试；其余请重新制定计划。',
  ARTIFACT_KEY_INVALID: '存档的编号或名称含有不允许的字符。请用 osferry data list 查看正确的编号。',
  ARTIFACT_EXISTS: '存档库中已有同名且完整的存档，绝不覆盖。请用 --store 选择另一个存档库，或先移走旧存档。',
  ARTIFACT_NOT_FOUND:
    '存档库中没有这个存档。请用 osferry data list 查看全部存档，或用 --store 选择另一个存档库。',
  ARTIFACT_DAMAGED:
    '存档的内容与存档时不同，或从未完成，已拒绝使用。请用 osferry data verify 再次校验，并检查存档所在的磁盘。',
  ARTIFACT_STORE_FAILED:
    '存档库无法读写：可能是磁盘已满、存储桶不存在或配置有误。请按所示原因处理后重新运行；未完成的存档不会保留。',
  ARTIFACT_STORE_UNREACHABLE:
    '暂时无法到达存档库：请检查其服务、网络与代理设置，恢复后重新运行；未完成的存档不会保留。',
  ARTIFACT_STORE_DENIED:
    '没有存档库的读写权限，或凭据被拒绝。请检查目录的所有者与权限，或 S3 的凭据与授权策略。',
  ARTIFACT_STORE_UNSAFE:
    '存档目录可被他人改动（所有者、权限或符号链接不安全），已拒绝使用。请执行 chmod go-w 并更正所有者，或换一个目录。',
  DATA_STILL_NEEDED:
    '该节点尚未完成，或其数据尚未核实已放回，存档可能仍需使用；没有删除任何内容。请先用 osferry runs resume 完成该节点。',
  DATA_READ_FAILED: '主机上的数据未能完整读取，未保存任何内容。请按所示原因处理后重试。',
  DATA_CHANGED: '读取期间有程序仍在写入。请先排空节点、停止相关服务，再重试；首轮预存档可明确允许这种情况。',
  DATA_TARGET_REFUSED:
    '目标位置不是空目录、经过符号链接或路径不直接，未写入任何内容。请查看并清理该目录，或明确允许。',
  DATA_WRITE_FAILED: '数据未能完整写入主机，存档未受影响。请检查空间与文件系统是否只读，然后重新恢复。',
  DATA_ARCHIVE_INVALID: '存档或其清单不是 osferry 所写的内容，可能被改动。请检查谁还能写入该存档库或主机。',
  DATA_MISMATCH: '数据与存档时不一致。请勿启动使用它的工作负载；存档仍然保留，请查看差异后重新恢复。',
  IMAGE_NAME_INVALID:
    '主机上有名称不合规的镜像，未保存任何内容。请在主机上改为 [仓库[:端口]/]路径:标签 的形式，无人使用则删除。',
  IMAGE_NOT_FOUND:
    '主机上运行的 containerd 或 docker 中没有该镜像。podman 与 CRI-O 的镜像无法搬移，请自行推送；若镜像已被删除，请重新采集并制定计划。',
  IMAGE_PULL_FAILED:
    '新系统无法从镜像仓库拉取。请为其配置到仓库的网络、证书与凭据（containerd 的 certs.d 及其配置），然后继续运行。',
  IMAGE_PUSH_FAILED: '镜像推送失败。请按所示原因处理后重试；证书与明文 HTTP 在 skopeo 自己的配置文件中设置。',
  REGISTRY_DENIED:
    '镜像仓库拒绝访问。请用 skopeo login 登录，或用 REGISTRY_AUTH_FILE 指定凭据文件，并确认有推送权限。',
  REGISTRY_UNREACHABLE: '镜像仓库无应答。请检查仓库及到仓库的网络；已推送的内容仍然保留。',
  BOOT_ARTIFACT_WRONG:
    '文件的 sha256 与系统描述或命令行所写的不同。请重新下载并与发布者公布的值比较；在此之前不提供任何文件。',
  BOOT_LISTEN_FAILED: '无法在该地址上监听。请选择本机的地址和空闲的端口。',
  BOOT_TOKEN_NEEDED:
    '请将 OSFERRY-BOOTSTRAP-TOKEN 替换为令牌（kubeadm token create --ttl 1h），并将文件权限设为 0600。',
  INTERRUPTED: '操作被中断。已完成的部分已经保存，可用 osferry collect --only-missing 继续。',
}
