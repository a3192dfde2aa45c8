/** Every canary holds this word, so that one search finds any of them. */
const canaryWord = 'CANARY'

/** Text for a file on a host: something that its parser takes, with secrets of every form in between. */
export function canaryText(path: string): string {
  const own = forms.find(([pattern]) => pattern.test(path))?.[1] ?? ''
  return `${own}${generic}`
}

/** The canaries that are in a text, for the message of a failed test. */
export function canariesIn(text: string): string[] {
  return [...new Set([...text.matchAll(/.{0,40}CANARY[\w.-]*.{0,20}/g)].map(([found]) => found))]
}

/** Commands with a secret among their words, as crontabs, units, profiles and modprobe.d(5) hold them. */
export const secretCommands: readonly string[] = [
  `mysqldump -uroot -p${canaryWord}-mysqldump --all-databases`,
  `/usr/bin/mysql -h db -u root -p'${canaryWord} two words' -e status`,
  `curl -u admin:${canaryWord}-curl https://repo.example.com/x`,
  `curl --user "admin:${canaryWord}-curl-2" -H "Authorization: Basic ${canaryWord}-basic" https://h.example.com/`,
  `curl -uadmin:${canaryWord}-curl-3 -d '{"token":"${canaryWord}-body"}' https://h.example.com/`,
  `sshpass -p ${canaryWord}-sshpass ssh root@h.example.com`,
  `sshpass -p${canaryWord}-sshpass-2 scp x h:`,
  `redis-cli -h r -a ${canaryWord}-redis ping`,
  `ldapsearch -x -D cn=admin -w ${canaryWord}-ldap -b dc=example`,
  `lftp -u user,${canaryWord}-lftp ftp.example.com`,
  `smbclient -U user%${canaryWord}-smb //h/share`,
  `docker login -u robot -p ${canaryWord}-docker r.example.com`,
  `skopeo copy --src-creds u:${canaryWord}-skopeo docker://a docker://b`,
  `ETCDCTL_USER=root:${canaryWord}-etcdctl etcdctl snapshot save /backup/e.db`,
  `MYSQL_PWD=${canaryWord}-mysql-pwd REG_PASS="${canaryWord} reg pass" /opt/run`,
  `mount -t cifs //h/s /mnt -o username=a%${canaryWord}-cifs,uid=0`,
  `mount -t cifs //h/s /mnt -o username=u,password=${canaryWord}-cifs-2,uid=0`,
  `azcopy copy /x "https://a.blob.example.com/c?sv=2021&sig=${canaryWord}%2Bsig&se=1"`,
  `curl -d x https://hooks.slack.com/services/T0/B0/${canaryWord}slack`,
  `curl -d x https://oapi.dingtalk.com/robot/send?access_token=${canaryWord}-dingtalk`,
  `curl -d x 'https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=${canaryWord}-wecom'`,
  `curl -d x https://open.feishu.cn/open-apis/bot/v2/hook/${canaryWord}-feishu`,
  `openssl enc -passin pass:${canaryWord}-openssl`,
  `kubeadm join 192.0.2.1:6443 --token ${canaryWord}-join --discovery-token-ca-cert-hash sha256:0`,
]

const jwt = `eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ${canaryWord}jwt.${canaryWord}signature0`

/** Forms that any file of settings may hold, each on a line of its own. */
const generic = [
  '',
  `password=${canaryWord}-password`,
  `  "password": "${canaryWord}-json",`,
  `token: ${canaryWord}-yaml`,
  `bootstrap_token = "${canaryWord}-toml"`,
  `secretKey: ${canaryWord}-secret-key`,
  `aws_secret_access_key=${canaryWord}-aws`,
  `export DB_PASSWORD=${canaryWord}-export`,
  `Environment="API_TOKEN=${canaryWord}-unit" "REGISTRY_PASSWORD=${canaryWord}-unit-2"`,
  `Authorization: Bearer ${canaryWord}-bearer`,
  `proxy=http://user:${canaryWord}-proxy@proxy.example.com:3128`,
  `https_proxy="https://${canaryWord}-user:${canaryWord}-pass@proxy.example.com"`,
  `baseurl=https://${canaryWord}-token@packages.example.com/el8`,
  `Environment="DB_PASSWORD=${canaryWord} in two words" "OTHER=x"`,
  `Environment=REG_TOKEN=${canaryWord}-reg-token`,
  `export MYSQL_PWD=${canaryWord}-pwd`,
  `REG_PASS=${canaryWord}-pass`,
  `//files/x /mnt cifs username=u,password=${canaryWord}-option,uid=0 0 0`,
  `KUBELET_EXTRA_ARGS=--token=${canaryWord}-extra --v=2`,
  `netroot=iscsi:user:${canaryWord}-iscsi@192.0.2.9::3260::iqn.x rd.iscsi.password=${canaryWord}-iscsi-2`,
  `rootpw: $6$${canaryWord}salt$${canaryWord}hash`,
  ...secretCommands.map((command) => `ExecStartPre=/bin/sh -c ${command}`),
  `ExecStart=/usr/bin/agent --token ${canaryWord}-flag --password=${canaryWord}-flag-2`,
  `-----BEGIN RSA PRIVATE KEY-----\nMIIE${canaryWord}pem\n-----END RSA PRIVATE KEY-----`,
  jwt,
  `proxy_password=${canaryWord}-dnf`,
  `proxy_password=${canaryWord}-dnf two, ${canaryWord}-words`,
  `psk=correct horse ${canaryWord}-psk staple`,
  `preshared-key=${canaryWord}-wireguard`,
  `http_proxy=alice:${canaryWord}-proxy@proxy.corp:3128`,
  `https_proxy="alice:${canaryWord}-proxy@2@proxy.corp:3128"`,
  '',
].join('\n')

const kernelArguments = `root=/dev/sda1 ro crashkernel=auto inst.ks=http://user:${canaryWord}-ks@ks.example.com/ks.cfg rd.net.password=${canaryWord}-rd netroot=iscsi:user:${canaryWord}-netroot@192.0.2.9::3260::iqn.x rd.iscsi.username=${canaryWord}-name rd.iscsi.password=${canaryWord}-chap rd.iscsi.in.password=${canaryWord}-chap-2 inst.repo=https://${canaryWord}-repo@h.example.com/x?token=${canaryWord}-query`

/** What the parser of that file looks at, with a secret where people put them. */
const forms: readonly (readonly [RegExp, string])[] = [
  [/os-release$/, 'ID="centos"\nVERSION_ID="8"\nNAME="CentOS Linux"\n'],
  [/^\/proc\/cmdline$/, `BOOT_IMAGE=(hd0,gpt2)/vmlinuz-4.18.0-348.el8.x86_64 ${kernelArguments}\n`],
  [
    /^\/proc\/mounts$/,
    `/dev/sda1 / xfs rw 0 0\n//files/x /mnt cifs rw,username=u,password=${canaryWord}-mount 0 0\n`,
  ],
  [
    /fstab$/,
    `/dev/sda1 / xfs defaults 0 0\n//files/x /mnt cifs username=u,password=${canaryWord}-fstab 0 0\n`,
  ],
  [/default\/grub$/, `GRUB_CMDLINE_LINUX="${kernelArguments}"\nGRUB_ENABLE_BLSCFG=true\n`],
  [/grubenv$/, `# GRUB Environment Block\nsaved_entry=canary\nkernelopts=${kernelArguments}\n`],
  [
    /loader\/entries/,
    `title CentOS\nversion 4.18.0-348.el8.x86_64\nlinux /vmlinuz-4.18.0-348.el8.x86_64\noptions ${kernelArguments}\n`,
  ],
  [
    /ifcfg-/,
    `DEVICE=eth0\nBOOTPROTO=none\nIPADDR=192.0.2.10\nWPA_PSK='${canaryWord}-psk'\nKEY1=s:${canaryWord}-wep\nIEEE_8021X_PASSWORD=${canaryWord}-8021x\n`,
  ],
  [
    /system-connections/,
    `[connection]\nid=eth0\ntype=ethernet\ninterface-name=eth0\n[wifi-security]\npsk=${canaryWord}-nm-psk\nwep-key0=${canaryWord}-nm-wep\n[802-1x]\npassword=${canaryWord}-nm-8021x\nprivate-key-password=${canaryWord}-nm-key\n[vpn-secrets]\nIPSec secret=${canaryWord}-vpn\n[wireguard]\nprivate-key=${canaryWord}-wg\n`,
  ],
  [
    /modprobe\.d/,
    `options canary path=/x password=${canaryWord}-option\ninstall canary2 /sbin/modprobe canary2 --token ${canaryWord}-install\n`,
  ],
  [/modules-load\.d/, 'br_netfilter\n'],
  [
    /sysctl/,
    `net.ipv4.ip_forward = 1\nnet.ipv4.tcp_fastopen_key = ${canaryWord}-fastopen\nkernel.agent_token = ${canaryWord}-sysctl\n`,
  ],
  [/chrony/, `server time.example.com iburst key 1\npool http://u:${canaryWord}-chrony@time.example.com\n`],
  [/dracut/, `kernel_cmdline="${kernelArguments}"\nadd_drivers+=" virtio "\n`],
  [/hosts$/, '127.0.0.1 localhost\n192.0.2.10 node.example.com node\n'],
  [/resolv\.conf$/, 'nameserver 192.0.2.53\nsearch example.com\n'],
  [/machine-id$/, '0123456789abcdef0123456789abcdef\n'],
  [/cpu\/online$/, '0-1\n'],
  [
    /yum\.repos\.d/,
    `[base]\nname=base\nbaseurl=https://user:${canaryWord}-repo@packages.example.com/el8\nusername=u\npassword=${canaryWord}-repo-2\nenabled=1\n`,
  ],
  [
    /cron/,
    `${secretCommands.map((command, index) => `${index} 3 * * * root ${command}\n`).join('')}* * * * * root /usr/bin/backup --password=${canaryWord}-cron --token ${canaryWord}-cron-2 https://u:${canaryWord}-cron-3@h/\n`,
  ],
  [
    /kubelet(?:\.env|\.service)?$|kubeadm-flags\.env$|kubelet\.service\.d/,
    `[Service]\nEnvironment="KUBELET_ARGS=--v=2 --token=${canaryWord}-kubelet --manifest-url-header=X:${canaryWord}-header"\nKUBELET_EXTRA_ARGS="--token ${canaryWord}-flags --v=2"\nExecStart=/usr/bin/kubelet $KUBELET_ARGS --registry-password ${canaryWord}-exec\n`,
  ],
  [
    /docker\/daemon\.json$/,
    `{"registry-mirrors":["https://user:${canaryWord}-mirror@m.example.com"],"proxies":{"http-proxy":"http://u:${canaryWord}-daemon@p"}}\n`,
  ],
  [
    /containerd\/config\.toml$/,
    `version = 2\n[plugins."io.containerd.grpc.v1.cri".registry.configs."r.example.com".auth]\n  username = "u"\n  password = "${canaryWord}-containerd"\n  auth = "${canaryWord}-auth"\n`,
  ],
]
