/**
 * Accounts and groups that packages of CentOS 8, its Stream and Anolis OS 8 make themselves (the `setup` package's
 * uidgid list and the scriptlets of BaseOS and AppStream packages).
 */
export const systemAccounts: ReadonlySet<string> = new Set(
  (
    'root bin daemon adm lp sync shutdown halt mail operator games ftp nobody nfsnobody ' +
    'sys tty disk mem kmem wheel cdrom man dialout floppy tape video lock audio users kvm render sgx ' +
    'utmp utempter input cgred ssh_keys printadmin systemd-journal systemd-coredump systemd-network ' +
    'systemd-resolve systemd-timesync systemd-oom systemd-bus-proxy dbus polkitd tss unbound sssd sshd chrony ntp ' +
    'rngd dnsmasq radvd libstoragemgmt cockpit-ws cockpit-wsinstance cockpit-session setroubleshoot ' +
    'setroubleshoot-private postfix postdrop slocate mlocate screen stapusr stapsys stapdev pcp rpc rpcuser rpcbind ' +
    'gluster qemu libvirt saslauth usbmuxd geoclue colord pulse pulse-access pulse-rt rtkit avahi gdm ' +
    'gnome-initial-setup clevis pipewire flatpak brlapi abrt apache nginx mysql postgres named squid tomcat ldap ' +
    'memcached redis dovecot dovenull exim tcpdump oprofile pesign insights haldaemon vcsa gopher uucp news ident ' +
    'webalizer mailnull smmsp openvpn nslcd dhcpd tang haclient hacluster ipaapi kdcproxy dirsrv pkiuser pegasus ' +
    'cimsrvr frr quagga quaggavt openvswitch hugetlbfs wireshark netdev sanlock netperf wbpriv ' +
    'fapolicyd stunnel cups-pk-helper libstoragemgmt aide'
  ).split(' '),
)
