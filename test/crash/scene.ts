import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { AF, Connection } from '@netloom/netlink'
import { NFPROTO, netfilter } from '@netloom/netlink/netfilter'
import { RT_TABLE } from '@netloom/netlink/route'
import { Attachment } from '../cni-tap/attachment.js'
import type { Call } from '../support/plugin.js'

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

/** Configurations of an attachment: a plain one, and one with all protections that must be active before the device is up. */
export const kinds = {
  plain: { owner: 1000, group: 1000, mtu: 1400, mac: '02:00:00:00:00:01', txQueueLen: 500 },
  guarded: { mac: '02:00:00:00:00:01', portIsolation: true, hairpinMode: true, macspoofchk: true },
} as const
export type Kind = keyof typeof kinds

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
    const ipam = { ...a.hostLocal('10.1.2.0/24', 'fd00:1::/64').ipam, routes: [{ dst: '0.0.0.0/0' }, { dst: '::/0' }] }
    this.#config = a.config({ bridge: 'br0', ...kinds[kind], ipam })
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
    const own = this.#links().find(({ attrs }) => attrs.ifname === ifname)?.index
    const links = this.#links().filter(({ index }) => index !== own)
    const addresses = this.#nl.dumpSync('RTM_GETADDR').filter(({ index }) => index !== own)
    const routes = this.#nl.dumpSync('RTM_GETROUTE').filter(({ attrs }) => attrs.oif !== own)
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

  /** Returns what exists of the attachment: device, tables and reservations. Omits values that differ between attachments. */
  ours(): readonly string[] {
    return [...this.#device(), ...this.#tables(), ...this.#reservations()]
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

  /** Waits until all processes that a killed plugin started have ended. */
  async settle(): Promise<void> {
    while (readdirSync('/proc').some((pid) => /^\d+$/.test(pid) && isAboutNetns(pid, this.netns))) {
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
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
