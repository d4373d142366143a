import type { Connection } from '@netloom/netlink'
import { IFF } from '@netloom/netlink/route'
import { CniError, ErrorCode, errnoCode, kernelCall } from '../../cni/error.js'
import type { Request } from '../../cni/request.js'
import { deleteLink, findNamed, type Link, listKind } from '../links.js'
import type { Rollback } from '../rollback.js'

/** Length of the name, as in the bandwidth plugin. */
const nameLength = 15

/**
 * Returns the names for the ifb of an attachment, in order of preference. The first is the one of the bandwidth plugin: a hash of
 * network and container. The second also depends on the interface, because a container can have two attachments to a network.
 */
export function ifbNames({
  network,
  containerId,
  ifname,
}: Pick<Request, 'network' | 'containerId' | 'ifname'>): string[] {
  const { createHash } = process.getBuiltinModule('node:crypto')
  return [network + containerId, network + containerId + ifname].map((text) =>
    `bwp${createHash('sha512').update(text).digest('hex')}`.slice(0, nameLength),
  )
}

/**
 * Creates the ifb of an attachment and sets it up. A rollback deletes it, even if this fails halfway.
 * @throws {CniError} 100 if its names are taken, 101 if the kernel refuses
 */
export function createIfb(nl: Connection, names: readonly string[], mtu: number, ifalias: string, rollback: Rollback) {
  const address = addressOf(ifalias)
  const isOwn = (link: Link | undefined) => link?.attrs.linkinfo?.kind === 'ifb' && link.attrs.address === address
  rollback.add('ifb', () => {
    for (const link of names.map((each) => findNamed(nl, each))) if (link && isOwn(link)) deleteLink(nl, link)
  })
  const ifname = names.find((each) => createNamed(nl, each, mtu, address))
  if (ifname === undefined)
    throw new CniError(ErrorCode.nameExists, `interface ${JSON.stringify(names[0])} already exists`)
  const what = `failed to create ifb ${JSON.stringify(ifname)}`
  return kernelCall(what, () => {
    const link = findNamed(nl, ifname)
    if (link === undefined) throw new CniError(ErrorCode.kernelRefused, `${what}: it vanished`)
    // The kernel ignores an alias in the request that creates a device.
    nl.requestSync('RTM_NEWLINK', { index: link.index, attrs: { ifalias } })
    return link
  })
}

/** Creates an ifb. Returns false if a device has the name, or has it as an alternative name. */
function createNamed(nl: Connection, ifname: string, mtu: number, address: string): boolean {
  return kernelCall(`failed to create ifb ${JSON.stringify(ifname)}`, () => {
    const attrs = { ifname, address, mtu, txqlen: 0, linkinfo: { kind: 'ifb' } } as const
    try {
      nl.requestSync('RTM_NEWLINK', { flags: IFF.UP, change: IFF.UP, attrs }, { create: true, excl: true })
      return true
    } catch (error) {
      if (errnoCode(error) === 'EEXIST') return false
      throw error
    }
  })
}

/**
 * Returns the MAC address for the ifb of an attachment, a hash of the alias. Until the alias is set, it proves that the ifb belongs to
 * the attachment: the bandwidth plugin gives its ifbs the same names, and no alias.
 */
function addressOf(alias: string): string {
  const { createHash } = process.getBuiltinModule('node:crypto')
  const bytes = createHash('sha256').update(alias).digest('hex').slice(0, 10).match(/../g) ?? []
  return ['02', ...bytes].join(':')
}

/** Lists the ifbs of an attachment. One has no alias if an ADD was killed before it set it. */
export function listIfbs(nl: Connection, request: Request, alias: string): Link[] {
  const [names, address] = [ifbNames(request), addressOf(alias)]
  const isNew = ({ ifname = '', address: found }: Link['attrs']) => names.includes(ifname) && found === address
  return listKind(nl, 'ifb', request.netns).filter(
    ({ attrs }) => attrs.ifalias === alias || (attrs.ifalias === undefined && isNew(attrs)),
  )
}
