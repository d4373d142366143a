import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { AF, Connection, type LinkMessage } from '@netloom/netlink'
import { NFPROTO, netfilter } from '@netloom/netlink/netfilter'
import { RT_TABLE, TC_H } from '@netloom/netlink/route'
import { Attachment } from '../cni-tap/attachment.js'
import type { Call } from '../support/plugin.js'
import { PATIENCE } from '../support/until.js'

const ifname = 'tap0'

/** Devices that do not belong to the plugin: a bridge with a port, a tap with an address, and one with a similar alias. */
const foreign = [
  'link add br0 address 02:00:00:00:00:fe type bridge',
  'link add port0 type veth peer name peer0',
  'link set port0 master br0',
  'tuntap add mode tap name tap00',
  'link set tap00 alias netloom/other/c1/tap0',
  'link add veth0 type veth peer name veth1',
  'addr add 10.9.9.9/24 dev tap00',
]
/** The foreign devices that get a carrier. A tap that no process reads gets none. */
const carriers = ['br0', 'port0', 'peer0', 'veth0', 'veth1']
const devices = [...carriers, 'tap00']

/** An IPAM plugin's keys, apart from the ranges. */
const routed = { routes: [{ dst: '0.0.0.0/0' }, { dst: '::/0' }] }

/**
 * Configurations of an attachment: a plain one, one with all protections that must be active before the device is up, and one with a
 * redirected interface and limits of the bandwidth.
 */
export const kinds = {
  plain: {
    bridge: 'br0',
    owner: 1000,
    group: 1000,
    mtu: 1400,
    mac: '02:00:00:00:00:01',
    txQueueLen: 500,
    ipam: routed,
  },
  guarded: {
    ...{ bridge: 'br0', mac: '02:00:00:00:00:01', portIsolation: true, hairpinMode: true, macspoofchk: true },
    ipam: routed,
  },
  redirected: {
    ...{ redirect: 'veth0', tapName: ifname, mac: '02:00:00:00:00:01' },
    ...{ ingressRate: 1_000_000, ingressBurst: 800_000, egressRate: 1_000_000, egressBurst: 800_000 },
  },
} as const
export type Kind = keyof typeof kinds

/** True for the devices that only the plugin creates. */
const isOwn = ({ attrs }: LinkMessage) => attrs.ifname === ifname || attrs.linkinfo?.kind === 'ifb'

const openNft = (netns: string) => Connection.openProtocol(netfilter, { netns })

/** A namespace with foreign devices and an attachment to a bridge. Reports the state of both. */
export class Scene implements Disposable {
  readonly folder: string
  readonly #attachment = new Attachment()
  readonly #nl: Connection
  readonly #nft: ReturnType<typeof openNft>
  readonly #config: object
  readonly #before: string

  constructor(kind: Kind) {
    const a = this.#attachment
    this.folder = a.folder
    for (const each of foreign) a.namespace.ip(...each.split(' '))
    for (const each of devices) a.namespace.ip('link', 'set', each, 'addrgenmode', 'none', 'up')
    this.#nl = Connection.open({ netns: a.namespace.path })
    this.#nft = openNft(a.namespace.path)
    const keys = kinds[kind]
    const { ipam } = a.hostLocal('10.1.2.0/24', 'fd00:1::/64')
    this.#config = a.config({ ...keys, ...('ipam' in keys && { ipam: { ...ipam, ...keys.ipam } }) })
    this.#awaitCarriers()
    this.#before = this.#others()
  }

  /** Waits for the carriers, which appear some time after both ends are up. The last effect of a carrier is a multicast route. */
  #awaitCarriers(): void {
    const indexes = this.#links()
      .filter(({ attrs }) => carriers.includes(attrs.ifname ?? ''))
      .map(({ index }) => index)
    const isThere = () => {
      const routes = this.#nl.dumpSync('RTM_GETROUTE', { family: AF.INET6 })
      return indexes.every((index) => routes.some(({ dstLen, attrs }) => dstLen === 8 && attrs.oif === index))
    }
    while (!isThere()) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5)
  }

  call(command: string): Call {
    return this.#attachment.call(command, this.#config, { ifname })
  }

  get netns(): string {
    return this.#attachment.namespace.path
  }

  #links() {
    return this.#nl.dumpSync('RTM_GETLINK')
  }

  /** Returns the state of everything that does not belong to the attachment. */
  #others(): string {
    const own = new Set(
      this.#links()
        .filter(isOwn)
        .map(({ index }) => index),
    )
    const links = this.#links().filter(({ index }) => !own.has(index))
    const addresses = this.#nl.dumpSync('RTM_GETADDR').filter(({ index }) => !own.has(index))
    const routes = this.#nl.dumpSync('RTM_GETROUTE').filter(({ attrs }) => !own.has(attrs.oif ?? 0))
    return JSON.stringify([
      links.map(({ index, flags, attrs }) => [
        index,
        flags,
        attrs.ifname,
        attrs.ifalias,
        attrs.mtu,
        attrs.address,
        attrs.master,
      ]),
      addresses.map(({ index, attrs }) => [index, attrs.address]),
      routes.map(({ dstLen, attrs }) => [dstLen, attrs.dst, attrs.oif, attrs.table]),
    ])
  }

  /**
   * Returns what exists of the attachment: device, ifb, qdiscs of foreign devices, tables and reservations. Omits values that differ
   * between attachments.
   */
  ours(): readonly string[] {
    return [...this.#device(), ...this.#ifbs(), ...this.#hooks(), ...this.#tables(), ...this.#reservations()]
  }

  #ifbs(): string[] {
    const ifbs = this.#links().filter(({ attrs }) => attrs.linkinfo?.kind === 'ifb')
    return ifbs.map(({ flags, attrs }) => `ifb ${JSON.stringify([flags, attrs.mtu, attrs.qdisc])}`)
  }

  /** Describes the qdiscs at the ingress of foreign devices, which have none but ours. */
  #hooks(): string[] {
    const own = this.#links().find(isOwn)?.index
    const qdiscs = this.#nl.dumpSync('RTM_GETQDISC', {}).filter(({ parent }) => parent === TC_H.INGRESS)
    return qdiscs
      .filter(({ ifindex }) => ifindex !== own)
      .map(({ ifindex, attrs }) => {
        const filters = [TC_H.MIN_INGRESS, TC_H.MIN_EGRESS].flatMap((minor) =>
          this.#nl.dumpSync('RTM_GETTFILTER', { ifindex, parent: 0xffff_0000 + minor }),
        )
        return `hook ${attrs.kind} with ${filters.filter(({ attrs: { options } }) => options && 'sel' in options).length} filters`
      })
  }

  #device(): string[] {
    const link = this.#links().find(({ attrs }) => attrs.ifname === ifname)
    if (link === undefined) return []
    const { index, flags, attrs } = link
    const { mtu, address, master, txqlen, ifalias, linkinfo } = attrs
    const addresses = this.#nl.dumpSync('RTM_GETADDR').filter((each) => each.index === index)
    const routes = this.#nl.dumpSync('RTM_GETROUTE').filter(({ attrs: { oif } }) => oif === index)
    const added = routes.filter(({ attrs: { table } }) => table === RT_TABLE.MAIN)
    return [
      `device ${JSON.stringify([flags, mtu, address, master, txqlen, ifalias, linkinfo?.kind, linkinfo?.data])}`,
      ...addresses.map(({ family, prefixlen }) => `address of family ${family} /${prefixlen}`),
      ...added.map(({ family, dstLen, attrs }) => `route of family ${family} /${dstLen} by ${attrs.gateway}`).sort(),
    ]
  }

  #tables(): string[] {
    const tables = this.#nft.dumpSync('NFT_MSG_GETTABLE', { family: NFPROTO.BRIDGE })
    return tables.map(({ attrs }) => `table ${attrs.name}`)
  }

  #reservations(): string[] {
    return this.#attachment
      .reservations()
      .map((address) => `reservation of family ${address.includes(':') ? 6 : 4}`)
      .sort()
  }

  /** Describes changes to foreign devices. Undefined if there are none. */
  get damage(): string | undefined {
    const now = this.#others()
    return now === this.#before ? undefined : `expected of other devices ${this.#before}, found ${now}`
  }

  /**
   * Waits until a killed plugin and the processes that it started have ended. strace can end before the plugin's last descriptors are
   * closed, of which the kernel no longer shows the environment. Its device, which is not persistent yet, is deleted with them.
   */
  async settle(): Promise<void> {
    const isEnding = () => readdirSync('/proc').some((pid) => /^\d+$/.test(pid) && isAboutNetns(pid, this.netns))
    const isOpen = () => this.#device().some((text) => text.includes('"persist":0'))
    const end = Date.now() + PATIENCE
    while (isEnding() || (isOpen() && Date.now() < end)) await new Promise((resolve) => setTimeout(resolve, 5))
  }

  [Symbol.dispose](): void {
    this.#nl.close()
    this.#nft.close()
    this.#attachment[Symbol.dispose]()
  }
}

function isAboutNetns(pid: string, netns: string): boolean {
  const file = `/proc/${pid}/environ`
  try {
    return existsSync(file) && readFileSync(file, 'latin1').includes(`CNI_NETNS=${netns}\0`)
  } catch {
    // The process has ended or belongs to another user.
    return false
  }
}
