import type { argumentKeys } from './args.js'
import type { attachmentKeys, conventionKeys, keys } from './config-keys.js'

/**
 * Explains each key of the configuration, for `tap config` and for docs/cni/configuration.md. No other module imports this one, so
 * that commands do not load it. A key without a text does not compile.
 */

/** The explanation of one key, in Markdown. Each part is a sentence without its full stop, or several. */
export interface KeyText {
  /** Type of the value, with its range. */
  readonly type: string
  /** Effect of the absence of the key. */
  readonly absent: string
  /** Effect of the key. */
  readonly meaning: string
  /** A value, if the type does not already show one. */
  readonly example?: unknown
}

/** Titles of the sections of the reference, and the keys in each. */
export type Section =
  | 'device'
  | 'access'
  | 'addresses'
  | 'guest'
  | 'port'
  | 'redirect'
  | 'bandwidth'
  | 'attachment'
  | 'cleaning'
  | 'log'
  | 'runtime'

/** The explanation of a key of the configuration. */
export interface ConfigKeyText extends KeyText {
  readonly section: Section
}

/** The keys of the configuration. */
export const keyTexts: Readonly<Record<keyof typeof keys, ConfigKeyText>> = {
  mtu: {
    section: 'device',
    type: 'number from 68 to 65521; 0 counts as absent',
    absent: "the bridge's MTU with `bridge`, otherwise 1500",
    meaning: 'MTU of the device. With an IPv6 address it must be 1280 or more',
    example: 9000,
  },
  mac: {
    section: 'device',
    type: 'text: a unicast Ethernet address',
    absent: 'the kernel chooses a random address',
    meaning: 'MAC address of the device',
    example: '02:00:00:00:00:01',
  },
  multiQueue: {
    section: 'device',
    type: 'boolean',
    absent: 'the device has one queue',
    meaning: '`true`: the device has several queues (IFF_MULTI_QUEUE). A program that opens it must request that too',
  },
  txQueueLen: {
    section: 'device',
    type: 'number from 0 to 4294967295. The kernel refuses more than about 500,000',
    absent: 'the kernel chooses (1000)',
    meaning: 'number of packets that can wait for the program that reads from the device',
    example: 5000,
  },
  sysctl: {
    section: 'device',
    type: 'object: texts by name. A name is `net.ipv4.conf.IFNAME.NAME`, or has `ipv6` for `ipv4`, or `neigh` for `conf`. Slashes instead of dots are valid too',
    absent: "the kernel's defaults, and the settings of `acceptRA`",
    meaning:
      'settings of the device, which are made before it is up. `IFNAME` stands for its name. They have precedence over those that the plugin makes itself. CHECK compares them',
    example: { 'net.ipv4.conf.IFNAME.forwarding': '1' },
  },
  owner: {
    section: 'access',
    type: 'number: a user ID from 0 to 4294967294',
    absent: 'the device has no owner',
    meaning:
      'user that may open the device without CAP_NET_ADMIN. With `owner` and `group`, both must match. With neither, any process that can open `/dev/net/tun` in that namespace may open it',
    example: 107,
  },
  group: {
    section: 'access',
    type: 'number: a group ID from 0 to 4294967294',
    absent: 'the device has no group',
    meaning: 'group that may open the device without CAP_NET_ADMIN: see `owner`',
    example: 107,
  },
  selinuxContext: {
    section: 'access',
    type: 'text: an SELinux label',
    absent: "the device has the plugin's own label",
    meaning: 'SELinux label of the process that creates the device, which becomes the label of the device',
    example: 'system_u:system_r:container_t:s0',
  },
  ipam: {
    section: 'addresses',
    type: 'object: `type` is the name of an IPAM plugin on CNI_PATH. It has its own keys',
    absent: 'the device gets no addresses',
    meaning: 'IPAM plugin that assigns addresses and routes. `dhcp` is refused, because no server can be reached',
    example: { type: 'host-local', subnet: '10.1.2.0/24' },
  },
  dns: {
    section: 'addresses',
    type: 'object: `nameservers`, `search` and `options` are lists of texts, `domain` is a text',
    absent: 'the result has the DNS of the IPAM plugin, or of the previous plugin',
    meaning: 'name resolution, copied into the result',
    example: { nameservers: ['10.1.2.1'], search: ['example.org'] },
  },
  ipOn: {
    section: 'addresses',
    type: '`tap` or `guest`',
    absent: '`tap`',
    meaning:
      '`guest`: the addresses and routes are only in the result, for the guest to use. The device gets none, and CHECK fails if it has one of them',
    example: 'guest',
  },
  enabledad: {
    section: 'addresses',
    type: 'boolean',
    absent: 'ADD does not wait',
    meaning:
      '`true`: ADD waits for the end of duplicate address detection of the IPv6 addresses, for at most 10 seconds',
  },
  acceptRA: {
    section: 'guest',
    type: 'boolean',
    absent: 'the kernel ignores both. If it cannot, ADD prints a note',
    meaning:
      "`true`: the kernel handles the guest's router advertisements and redirects as by default. `false`: it ignores both, and ADD fails if it cannot",
  },
  bridge: {
    section: 'port',
    type: 'text: the name of a device',
    absent: 'the device is no port of a bridge',
    meaning: "bridge in the pod's network namespace of which the device becomes a port",
    example: 'br0',
  },
  vlan: {
    section: 'port',
    type: 'number from 1 to 4094; 0 counts as absent',
    absent: "the bridge's default VLAN",
    meaning: 'VLAN of frames without a tag. The bridge must have `vlan_filtering`. Needs `bridge`',
    example: 100,
  },
  vlanTrunk: {
    section: 'port',
    type: 'list of objects with `id`, or with `minID` and `maxID`: VLANs from 1 to 4094',
    absent: 'frames with a tag are dropped',
    meaning: 'VLANs of frames with a tag. Needs `bridge`',
    example: [{ id: 200 }, { minID: 300, maxID: 310 }],
  },
  preserveDefaultVlan: {
    section: 'port',
    type: 'boolean',
    absent: 'the port leaves the VLAN with `vlan`, and stays in it with only a trunk',
    meaning: "`true`: the port stays in the bridge's default VLAN. `false`: it leaves it",
  },
  hairpinMode: {
    section: 'port',
    type: 'boolean',
    absent: 'they may not',
    meaning: '`true`: frames may leave by the port on which they arrived. Needs `bridge`',
  },
  portIsolation: {
    section: 'port',
    type: 'boolean',
    absent: 'the port is not isolated',
    meaning: '`true`: the bridge forwards nothing from or to other isolated ports. Needs `bridge`',
  },
  macspoofchk: {
    section: 'port',
    type: 'boolean',
    absent: 'frames may have any source address',
    meaning:
      "`true`: only frames from the device's own MAC address are accepted, by an nftables table in the pod's namespace. Needs `bridge`",
  },
  redirect: {
    section: 'redirect',
    type: 'text: the name of an interface in the pod, or `prevResult`',
    absent: 'frames are not redirected',
    meaning:
      "interface whose frames are redirected to the device, and the device's frames to the interface. `prevResult` is the interface in CNI_NETNS that the previous plugins have created; of several, the one named CNI_IFNAME. Excludes `bridge` and `ipam`",
    example: 'prevResult',
  },
  tapName: {
    section: 'redirect',
    type: 'text: a name of at most 15 bytes',
    absent: '`tap` and the first free number',
    meaning: 'name of the device. Needs `redirect`; without that the name is CNI_IFNAME',
    example: 'tap0',
  },
  ingressRate: {
    section: 'bandwidth',
    type: 'number: bits per second, 8 or more; 0 means no limit',
    absent: '`runtimeConfig.bandwidth` applies, unless another key of this section is present',
    meaning: 'limit of what the guest receives. Needs `ingressBurst`',
    example: 10_000_000,
  },
  ingressBurst: {
    section: 'bandwidth',
    type: 'number: bits, less than 2^35',
    absent: 'no limit',
    meaning: 'amount that the guest may receive at once. Needs `ingressRate`',
    example: 1_000_000,
  },
  egressRate: {
    section: 'bandwidth',
    type: 'number: bits per second, 8 or more; 0 means no limit',
    absent: '`runtimeConfig.bandwidth` applies, unless another key of this section is present',
    meaning: 'limit of what the guest sends. Needs `egressBurst`',
    example: 10_000_000,
  },
  egressBurst: {
    section: 'bandwidth',
    type: 'number: bits, less than 2^35',
    absent: 'no limit',
    meaning: 'amount that the guest may send at once. Needs `egressRate`',
    example: 1_000_000,
  },
  capabilities: {
    section: 'attachment',
    type: 'object: the name of a key of `runtimeConfig`, with `true`',
    absent: 'the runtime sends no `runtimeConfig`',
    meaning: 'keys of `runtimeConfig` that the runtime may send. Others may be for the IPAM plugin',
    example: { mac: true, ips: true },
  },
  runtimeConfig: {
    section: 'attachment',
    type: 'object',
    absent: 'CNI_ARGS and the configuration apply',
    meaning:
      'settings of one attachment, which the runtime adds. They have precedence over CNI_ARGS and over the configuration',
    example: { mac: '02:00:00:00:00:02' },
  },
  args: {
    section: 'attachment',
    type: 'object: `cni` has the keys `mac` and `ips`',
    absent: 'CNI_ARGS and the configuration apply',
    meaning:
      'arguments of one attachment. `args.cni` has precedence over CNI_ARGS. Other keys are for other plugins, and ignored',
    example: { cni: { mac: '02:00:00:00:00:02', ips: ['10.1.2.9/24'] } },
  },
  logFile: {
    section: 'log',
    type: 'text: an absolute path',
    absent: 'the file that NETLOOM_CNI_LOG names. Without that, there is no log',
    meaning:
      'file to which each call appends one line of JSON. It is created with mode 0600. If it cannot be written, the call succeeds anyway, with a note on stderr',
    example: '/var/log/netloom-cni.log',
  },
  logLevel: {
    section: 'log',
    type: '`error`, `info` or `debug`',
    absent: '`info`',
    meaning:
      "`error`: only failed calls have a line. `info`: all calls have one. `debug`: it also contains IPAM's answer, the programs that were run, and the namespaces that GC searched",
    example: 'debug',
  },
  cniVersion: {
    section: 'runtime',
    type: 'text: 0.1.0, 0.2.0, 0.3.0, 0.3.1, 0.4.0, 1.0.0 or 1.1.0',
    absent: '0.1.0',
    meaning: 'version of the CNI specification. CHECK exists since 0.4.0, GC and STATUS exist since 1.1.0',
    example: '1.1.0',
  },
  name: {
    section: 'runtime',
    type: 'text: a letter or digit, then letters, digits, `_`, `.` and `-`',
    absent: 'every command fails with code 7',
    meaning: 'name of the network',
    example: 'vm-net',
  },
  type: {
    section: 'runtime',
    type: 'text',
    absent: 'the plugin does not read it',
    meaning: 'name of the plugin, by which the runtime finds its executable',
    example: 'tap',
  },
  prevResult: {
    section: 'runtime',
    type: 'object: a result in the format of `cniVersion`',
    absent: 'ADD begins with an empty result. CHECK fails with code 7',
    meaning: 'result of the previous plugin in a list, or for CHECK of ADD. ADD extends it',
  },
  'cni.dev/valid-attachments': {
    section: 'runtime',
    type: 'list of objects with `containerID` and `ifname`; `null` is an empty list',
    absent: 'GC fails with code 7',
    meaning: 'the attachments that GC must keep',
    example: [{ containerID: 'c1', ifname: 'tap0' }],
  },
  gcNetnsDirs: {
    section: 'cleaning',
    type: 'list of texts: absolute paths',
    absent: 'GC searches `/run/netns` and `/var/run/netns`',
    meaning: 'further folders in which namespaces are mounted, e.g. those of a rootless runtime. GC searches them too',
    example: ['/run/user/1000/netns'],
  },
  'cni.dev/attachments': {
    section: 'runtime',
    type: 'as `cni.dev/valid-attachments`',
    absent: 'GC uses `cni.dev/valid-attachments`',
    meaning: 'name of `cni.dev/valid-attachments` in drafts of the specification',
  },
}

/** The keys of `args.cni`. */
export const conventionTexts: Readonly<Record<keyof typeof conventionKeys, KeyText>> = {
  mac: {
    type: 'text: a unicast Ethernet address',
    absent: 'CNI_ARGS, then the configuration',
    meaning: 'MAC address of the device. `runtimeConfig.mac` has precedence',
    example: '02:00:00:00:00:02',
  },
  ips: {
    type: 'list of texts: IP addresses, with or without the length of their prefix',
    absent: 'the IPAM plugin chooses',
    meaning:
      'addresses that the IPAM plugin should assign, if it reads them (`host-local` and `static` do). Without `ipam` they have no effect, and ADD prints a note',
    example: ['10.1.2.9/24'],
  },
}

const idText = { absent: 'CNI_ARGS, then the configuration', example: 1000 } as const

/** The keys of `runtimeConfig`. */
export const runtimeConfigTexts: Readonly<Record<keyof typeof attachmentKeys, KeyText>> = {
  mac: {
    type: 'text: a unicast Ethernet address',
    absent: idText.absent,
    meaning: 'MAC address of the device',
    example: '02:00:00:00:00:02',
  },
  owner: { type: 'number: a user ID', meaning: 'as the key `owner`', ...idText },
  group: { type: 'number: a group ID', meaning: 'as the key `group`', ...idText },
  multiQueue: { type: 'boolean', absent: idText.absent, meaning: 'as the key `multiQueue`' },
  dns: {
    type: 'object: `servers`, `searches` and `options` are lists of texts',
    absent: 'the key `dns`',
    meaning: 'name resolution, copied into the result',
    example: { servers: ['10.1.2.1'], searches: ['example.org'] },
  },
  bandwidth: {
    type: 'object: `ingressRate`, `ingressBurst`, `egressRate`, `egressBurst`',
    absent: 'no limit',
    meaning: 'the keys of the section bandwidth. Ignored if the configuration itself has one of them',
    example: { ingressRate: 10_000_000, ingressBurst: 1_000_000 },
  },
}

/** The keys of CNI_ARGS. */
export const argumentTexts: Readonly<Record<keyof typeof argumentKeys | 'IgnoreUnknown', KeyText>> = {
  MAC: {
    type: 'a unicast Ethernet address',
    absent: 'the configuration applies',
    meaning: 'MAC address of the device',
    example: '02:00:00:00:00:02',
  },
  OWNER: { type: 'a user ID', absent: 'the configuration applies', meaning: 'as the key `owner`', example: 1000 },
  GROUP: { type: 'a group ID', absent: 'the configuration applies', meaning: 'as the key `group`', example: 1000 },
  MULTIQUEUE: {
    type: '`1`, `true`, `0` or `false`',
    absent: 'the configuration applies',
    meaning: 'as the key `multiQueue`',
    example: true,
  },
  TC_REDIRECT_TAP_NAME: {
    type: 'a name of at most 15 bytes',
    absent: 'the configuration applies',
    meaning: 'as the key `tapName`; the same as for tc-redirect-tap. Ignored without `redirect`',
    example: 'tap0',
  },
  TC_REDIRECT_TAP_UID: {
    type: 'a user ID',
    absent: 'the configuration applies',
    meaning: 'as OWNER; the same as for tc-redirect-tap',
    example: 1000,
  },
  TC_REDIRECT_TAP_GID: {
    type: 'a group ID',
    absent: 'the configuration applies',
    meaning: 'as GROUP; the same as for tc-redirect-tap',
    example: 1000,
  },
  IgnoreUnknown: {
    type: '`1`, `true`, `0` or `false`',
    absent: 'ADD fails with code 4 if there are other keys',
    meaning: 'keys that the plugin does not know are ignored',
    example: 1,
  },
}
